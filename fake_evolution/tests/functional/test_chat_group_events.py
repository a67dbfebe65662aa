"""Tests of what people do with groups on their phones, and of the events that come of it."""

from typing import Any

import pytest

from fake_evolution import ControlError, World
from fake_evolution.tests.stage import Stage

OWN, ALICE = "553188887777", "5511988880002"
IGNORES = {"rejectCall": False, "groupsIgnore": True, "alwaysOnline": False}
IGNORES |= {"readMessages": False, "readStatus": False, "syncFullHistory": False}


def told(stage: Stage, event: str) -> list[Any]:
    """The data of all events of a name."""
    return [record["data"] for record in stage.records("event") if record["event"] == event]


async def joined(stage: Stage) -> str:
    """A connected instance in a group that somebody else founded."""
    await stage.open("sales", number=OWN)
    return str((await stage.during(stage.control.join_group("sales", subject="Equipe", people=1)))["id"])


async def test_joining_tells_the_whole_group(stage: Stage) -> None:
    """groups.upsert has the metadata, with the account among the participants."""
    jid = await joined(stage)

    ((group,),) = told(stage, "groups.upsert")
    assert (group["id"], group["subject"], group["size"]) == (jid, "Equipe", 3)
    assert f"{OWN}@s.whatsapp.net" in [one["id"] for one in group["participants"]]


async def test_added_people_come_with_what_is_known_of_them(stage: Stage) -> None:
    """The data of participants have the number, and name and picture of a stored contact."""
    jid = await joined(stage)
    await stage.control.contact("sales", number=ALICE, name="Alice")
    await stage.pass_time(1)

    await stage.control.change_group_people("sales", jid, numbers=[ALICE], author="5511955550005")
    await stage.pass_time(1)

    (change,) = told(stage, "group-participants.update")
    assert (change["author"], change["action"]) == ("5511955550005@s.whatsapp.net", "add")
    assert change["participants"] == [f"{ALICE}@s.whatsapp.net"]
    (person,) = change["participantsData"]
    assert (person["jid"], person["phoneNumber"], person["name"]) == (f"{ALICE}@s.whatsapp.net", ALICE, "Alice")


async def test_leaving_tells_nobodys_data(stage: Stage) -> None:
    """Who is out cannot read the group any more, so the server tells the bare change."""
    jid = await joined(stage)

    await stage.control.leave_group("sales", jid)
    await stage.pass_time(1)

    (change,) = told(stage, "group-participants.update")
    assert (change["action"], "participantsData" in change) == ("remove", False)
    assert await stage.control.groups("sales") == []


async def test_renaming_is_emitted_but_never_delivered(stage: Stage) -> None:
    """groups.update happens; no webhook can subscribe to it."""
    await stage.create("sales", "http://127.0.0.1:9/hook", qrcode=True)
    await stage.control.scan(instance="sales", number=OWN)
    await stage.pass_time(1)
    jid = (await stage.control.join_group("sales"))["id"]

    await stage.control.rename_group("sales", jid, "Outro")

    assert told(stage, "groups.update")[0][0]["subject"] == "Outro"
    assert "groups.update" not in [record["event"] for record in stage.records("plan")]


async def test_ignored_groups_are_silent(stage: Stage) -> None:
    """With groupsIgnore nothing of groups is told."""
    await stage.open("sales", number=OWN)
    await stage.call("POST", "/settings/set/sales", IGNORES)

    jid = (await stage.control.join_group("sales"))["id"]
    await stage.control.change_group_people("sales", jid, count=2)
    await stage.pass_time(1)

    assert not [name for name in stage.emitted() if name.startswith("group")]


@pytest.mark.parametrize(("version", "expected"), [("2.2.3", None), ("2.3.6", None), ("2.3.7", "[object Object]")])
async def test_participants_as_objects(version: str, expected: str | None) -> None:
    """Newer libraries name participants by objects: 2.3.6 tells no data then, 2.3.7 a useless text."""
    async with Stage(world=World(profile=version)) as stage:
        jid = await joined(stage)
        change = {"id": jid, "participants": [{"id": f"{ALICE}@s.whatsapp.net"}], "action": "add"}

        await stage.control.whatsapp("sales", "group-participants.update", change)
        await stage.pass_time(1)

        people = told(stage, "group-participants.update")[0].get("participantsData", [{"phoneNumber": None}])
    assert people[0]["phoneNumber"] == expected


async def test_groups_are_drawn_by_the_seed() -> None:
    """Same seed, same group and people; another seed, others."""
    seen = []
    for seed in (7, 7, 8):
        async with Stage(seed=seed) as stage:
            await joined(stage)
            (group,) = await stage.control.groups("sales")
            seen.append((group["id"], [one["id"] for one in group["participants"]]))

    assert seen[0] == seen[1] != seen[2]


async def test_wrong_calls_say_what_would_be_legal(stage: Stage) -> None:
    """Unknown groups and actions name the known ones; groups need a connected phone."""
    jid = await joined(stage)
    await stage.create("support")

    with pytest.raises(ControlError, match=f"known: {jid}"):
        await stage.control.leave_group("sales", "120363999999999999")
    with pytest.raises(ControlError, match=r"unknown change of people 'ban' \(known: add, demote, promote, remove\)"):
        await stage.control.change_group_people("sales", jid, action="ban", numbers=[ALICE])
    with pytest.raises(ControlError, match="groups need a connected phone, and instance 'support' is 'closed'"):
        await stage.control.join_group("support")
