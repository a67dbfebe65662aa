"""Tests of /group: what an account can do with groups, and how group routes refuse."""

from math import inf
from typing import Any

import pytest

from fake_evolution import WhatsApp, World
from fake_evolution.tests.stage import Reply, Stage

OWN, ALICE, BOB, NOBODY = "553188887777", "5511988880002", "5511977770004", "5511900000000"


async def ask(stage: Stage, method: str, action: str, body: object = None, *, name: str = "sales") -> Reply:
    """Call a route of /group while time passes; `action` may have a query after a question mark."""
    route, _, query = action.partition("?")
    return await stage.during(stage.call(method, f"/group/{route}/{name}?{query}", body))


async def group_of_three(stage: Stage) -> dict[str, Any]:
    """A connected instance that has created a group with two others."""
    await stage.open("sales", number=OWN)
    made = await ask(stage, "POST", "create", {"subject": "Team", "participants": [ALICE, BOB, NOBODY]})
    return dict(made.body)


async def test_created_group_has_those_who_exist(stage: Stage) -> None:
    """The account is superadmin; a number that is not on WhatsApp is left out without a word."""
    group = await group_of_three(stage)

    assert (group["subject"], group["size"], group["owner"]) == ("Team", 3, f"{OWN}@s.whatsapp.net")
    assert group["participants"] == [
        {"id": f"{OWN}@s.whatsapp.net", "admin": "superadmin"},
        {"id": f"{ALICE}@s.whatsapp.net", "admin": None},
        {"id": f"{BOB}@s.whatsapp.net", "admin": None},
    ]


async def test_changes_show_when_the_group_is_read(stage: Stage) -> None:
    """Subject, description, settings, disappearing messages and people are what they were changed to."""
    jid = (await group_of_three(stage))["id"]

    await ask(stage, "POST", f"updateGroupSubject?groupJid={jid}", {"subject": "Novo"})
    await ask(stage, "POST", f"updateGroupDescription?groupJid={jid}", {"description": "sobre"})
    await ask(stage, "POST", f"updateSetting?groupJid={jid}", {"action": "announcement"})
    await ask(stage, "POST", f"toggleEphemeral?groupJid={jid}", {"expiration": 86400})
    people = {"action": "remove", "participants": [BOB]}
    await ask(stage, "POST", f"updateParticipant?groupJid={jid.partition('@')[0]}", people)

    (found,) = (await ask(stage, "GET", "fetchAllGroups?getParticipants=false")).body
    told = (found["subject"], found["desc"], found["announce"], found["size"], "participants" in found)
    assert told == ("Novo", "sobre", True, 2, False)
    (group,) = await stage.control.groups("sales")
    assert group["ephemeralDuration"] == 86400


async def test_status_of_each_person_that_is_changed(stage: Stage) -> None:
    """Added twice is 409, unknown is 404, in the order of the request."""
    jid = (await group_of_three(stage))["id"]
    people = {"action": "add", "participants": [ALICE, NOBODY, "5511966660006"]}

    changed = await ask(stage, "POST", f"updateParticipant?groupJid={jid}", people)

    assert [one["status"] for one in changed.body["updateParticipants"]] == ["409", "404", "200"]


async def test_invitation_lets_another_account_in(stage: Stage) -> None:
    """Whoever accepts the code is a member, for both accounts; a revoked code leads nowhere."""
    jid = (await group_of_three(stage))["id"]
    code = (await ask(stage, "GET", f"inviteCode?groupJid={jid}")).body["inviteCode"]
    await stage.open("support", number="553177776666")

    accepted = await ask(stage, "GET", f"acceptInviteCode?inviteCode={code}", name="support")
    await ask(stage, "POST", "revokeInviteCode", {"groupJid": jid})
    refused = await ask(stage, "GET", f"inviteInfo?inviteCode={code}", name="support")

    assert accepted.body == {"accepted": True, "groupJid": jid}
    assert (refused.status, refused.body["response"]["message"]) == (404, ["No invite info", code])
    seen = await ask(stage, "GET", f"participants?groupJid={jid}")
    assert "553177776666@s.whatsapp.net" in [one["id"] for one in seen.body["participants"]]


async def test_left_group_is_gone(stage: Stage) -> None:
    """After leaving, the account cannot read the group any more."""
    jid = (await group_of_three(stage))["id"]

    left = await ask(stage, "DELETE", f"leaveGroup?groupJid={jid}")
    refused = await ask(stage, "GET", f"findGroupInfos?groupJid={jid}")

    assert left.body == {"groupJid": jid, "leave": True}
    assert (refused.status, refused.body["response"]["message"]) == (
        404,
        ["Error fetching group", "Error: item-not-found"],
    )


async def test_who_left_is_no_member_for_the_others(stage: Stage) -> None:
    """A group is one and the same for all its members."""
    jid = (await group_of_three(stage))["id"]
    await stage.open("support", number="553177776666")
    await ask(stage, "POST", f"updateParticipant?groupJid={jid}", {"action": "add", "participants": ["553177776666"]})

    left = await ask(stage, "DELETE", f"leaveGroup?groupJid={jid}", name="support")

    seen = await ask(stage, "GET", f"participants?groupJid={jid}")
    assert left.body["leave"] is True
    assert "553177776666@s.whatsapp.net" not in [one["id"] for one in seen.body["participants"]]


async def test_changes_may_never_show() -> None:
    """In a world where WhatsApp never shows changes the order succeeds and the group stays as it was."""
    async with Stage(world=World(whatsapp=WhatsApp(group_change_s=inf))) as stage:
        jid = (await group_of_three(stage))["id"]

        changed = await ask(stage, "POST", f"updateGroupSubject?groupJid={jid}", {"subject": "Novo"})
        await stage.pass_time(60)

        (group,) = await stage.control.groups("sales")
    assert (changed.body, group["subject"]) == ({"update": "success"}, "Team")


@pytest.mark.parametrize(
    ("method", "action", "body", "message"),
    [
        (
            "GET",
            "findGroupInfos",
            None,
            ["The group id needs to be informed in the query", 'ex: "groupJid=120362@g.us"'],
        ),
        (
            "GET",
            "findGroupInfos?groupJid=abc",
            None,
            [{"property": "groupJid", "message": r'groupJid does not match pattern "^[\\d-]+@g.us$"'}],
        ),
        ("GET", "fetchAllGroups", None, ["The getParticipants needs to be informed in the query"]),
        (
            "GET",
            "fetchAllGroups?getParticipants=maybe",
            None,
            [{"property": "getParticipants", "message": "getParticipants is not one of enum values: true,false"}],
        ),
        (
            "POST",
            "updateGroupSubject?groupJid=120363000000000001",
            {},
            [{"property": "instance", "message": 'instance requires property "subject"'}],
        ),
        ("POST", "create", {"subject": "T"}, [['instance requires property "participants"']]),
    ],
)
async def test_bad_requests(stage: Stage, method: str, action: str, body: object, message: object) -> None:
    """Group routes tell objects with the part they are about; create tells a nested array like most routes."""
    await stage.create("sales")

    refused = await ask(stage, method, action, body)

    assert (refused.status, refused.body["response"]["message"]) == (400, message)


async def test_unconnected_instance_fails_in_each_routes_words(stage: Stage) -> None:
    """The programming error is told as each route tells errors."""
    await stage.create("sales")

    made = await ask(stage, "POST", "create", {"subject": "T", "participants": [ALICE]})
    listed = await ask(stage, "GET", "fetchAllGroups?getParticipants=true")

    undefined = "TypeError: Cannot read properties of undefined (reading 'onWhatsApp')"
    assert (made.status, made.body["response"]["message"]) == (500, ["Error creating group", undefined])
    assert (listed.status, listed.body["response"]["message"]) == (
        500,
        "Cannot convert undefined or null to object",
    )
