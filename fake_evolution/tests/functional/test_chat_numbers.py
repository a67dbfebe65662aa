"""Tests of whatsappNumbers: which numbers exist, who is asked, and errors past the server's handler."""

import pytest

from fake_evolution import World
from fake_evolution.domain.states import Phase
from fake_evolution.tests.stage import Reply, Stage

ALICE, NOBODY = "5511988880002", "5511900000000"


async def look_up(stage: Stage, *numbers: object, name: str = "sales") -> Reply:
    """Ask which of these numbers are on WhatsApp."""
    return await stage.during(stage.call("POST", f"/chat/whatsappNumbers/{name}", {"numbers": list(numbers)}))


async def test_numbers_come_after_statuses_and_groups(stage: Stage) -> None:
    """Statuses and groups are told first; a privacy id counts as known, a number is what WhatsApp says."""
    await stage.open("sales")

    found = await look_up(stage, ALICE, NOBODY, "120363000000000001@g.us", "status@broadcast", "200000000000002@lid")

    assert found.status == 200
    assert found.body == [
        {"jid": "status@broadcast", "exists": False, "number": "status@broadcast"},
        {"jid": "120363000000000001@g.us", "exists": False, "number": "120363000000000001@g.us"},
        {"jid": f"{ALICE}@s.whatsapp.net", "exists": True, "number": ALICE},
        {"jid": f"{NOBODY}@s.whatsapp.net", "exists": False, "number": NOBODY},
        {"jid": "200000000000002@lid", "exists": True, "number": "200000000000002@lid", "lid": "lid"},
    ]


async def test_group_of_the_account_exists_with_its_subject(stage: Stage) -> None:
    """A group that the account is in is found, under its subject."""
    await stage.open("sales")
    group = await stage.during(stage.control.join_group("sales", subject="Equipe"))

    found = await look_up(stage, group["id"])

    assert found.body == [{"jid": group["id"], "exists": True, "number": group["id"], "name": "Equipe"}]


async def test_number_met_before_needs_no_socket(stage: Stage) -> None:
    """A closed socket is no matter for a number that the server has met."""
    await stage.open("sales")
    await look_up(stage, ALICE)
    await stage.during(stage.call("DELETE", "/instance/logout/sales"))
    await stage.pass_time(1)

    found = await look_up(stage, ALICE)

    assert found.body == [{"jid": f"{ALICE}@s.whatsapp.net", "exists": True, "number": ALICE}]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"numbers": []}, "numbers does not meet minimum length of 1"),
        ({"numbers": [5511]}, '"numbers" must be an array of numeric strings'),
        ({"numbers": [ALICE, ALICE]}, "numbers contains duplicate item"),
        ({"numbers": "5511"}, "numbers is not of a type(s) array"),
    ],
)
async def test_schema_problems_come_without_a_response(stage: Stage, body: dict[str, object], message: str) -> None:
    """The bare error is told, not wrapped in `response`."""
    await stage.create("sales")

    refused = await stage.call("POST", "/chat/whatsappNumbers/sales", body)

    assert (refused.status, refused.body) == (400, {"status": 400, "error": "Bad Request", "message": [[message]]})


async def test_programming_error_leaves_an_empty_object(stage: Stage) -> None:
    """Missing numbers and a socket that never was are programming errors: nothing of them is left in JSON."""
    await stage.create("sales")

    missing = await stage.call("POST", "/chat/whatsappNumbers/sales", {})
    unconnected = await look_up(stage, ALICE)

    assert (missing.status, missing.body, unconnected.status, unconnected.body) == (400, {}, 400, {})


async def test_unscanned_socket_times_out_as_the_librarys_error(stage: Stage) -> None:
    """A socket that waits for its scan answers after a minute, with the library's own error object."""
    await stage.create("sales", qrcode=True)
    assert stage.fake.engine.instance("sales").phase is Phase.QR

    refused = await look_up(stage, ALICE)

    payload = {"statusCode": 408, "error": "Request Time-out", "message": "Timed Out"}
    output = {"statusCode": 408, "payload": payload, "headers": {}}
    assert refused.status == 400
    assert refused.body == {"data": None, "isBoom": True, "isServer": False, "output": output}


async def test_older_version_tells_errors_like_every_route() -> None:
    """Version 2.2.3 has no way round its error handler."""
    async with Stage(world=World(profile="2.2.3")) as stage:
        await stage.create("sales")

        missing = await look_up(stage)
        unconnected = await look_up(stage, ALICE)

    assert missing.body["response"]["message"] == [["numbers does not meet minimum length of 1"]]
    assert (unconnected.status, unconnected.body["response"]["message"]) == (
        500,
        "Cannot read properties of undefined (reading 'onWhatsApp')",
    )
