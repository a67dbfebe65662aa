"""Tests of texts that are sent: options, context, addresses, and what refuses them."""

import asyncio
from typing import Any

import pytest

from fake_evolution import WhatsApp, World
from fake_evolution.domain.groups import Group
from fake_evolution.tests.stage import Reply, Stage, recorded

NUMBER = "5511988880002"
PERSON = f"{NUMBER}@s.whatsapp.net"
TEAM = "120363000000000001@g.us"
OWN = "553188887777@s.whatsapp.net"


async def send(stage: Stage, action: str = "sendText", **body: Any) -> Reply:
    """Send something to somebody."""
    content = {"number": NUMBER, "text": "Oi"} if action == "sendText" else {"number": NUMBER}
    return await stage.during(stage.call("POST", f"/message/{action}/sales", {**content, **body}))


def refused(status: int, message: Any) -> Reply:
    """The error shape of the real server."""
    phrase = {400: "Bad Request", 500: "Internal Server Error"}[status]
    return Reply(status, {"status": status, "error": phrase, "response": {"message": message}})


async def join(stage: Stage, jid: str = TEAM) -> None:
    """Make the account a member of a group of two."""
    members = [{"id": PERSON, "admin": "superadmin"}, {"id": OWN, "admin": None}]
    group = Group.of_metadata({"id": jid, "subject": "Team", "participants": members}, invite_code="x")
    stage.fake.engine.account("5531988887777").groups[jid] = group


async def test_quote_of_a_stored_message(stage: Stage) -> None:
    """The quoted message is looked up by its id; our own is quoted under our own name."""
    await stage.open("sales")
    first = await send(stage, text="first")

    second = await send(stage, quoted={"key": {"id": first.body["key"]["id"]}})

    quoting = {key: second.body["contextInfo"][key] for key in ("stanzaId", "quotedMessage")}
    assert quoting == {"stanzaId": first.body["key"]["id"], "quotedMessage": {"conversation": "first"}}
    assert second.body["contextInfo"]["participant"].endswith("@s.whatsapp.net")


async def test_quote_of_nothing(stage: Stage) -> None:
    """An id that is not stored quotes nothing."""
    await stage.open("sales")

    answer = await send(stage, quoted={"key": {"id": "nope"}})

    assert set(answer.body["contextInfo"]) == {
        "mentionedJid",
        "groupMentions",
        "ephemeralSettingTimestamp",
        "disappearingMode",
    }


async def test_quote_from_another_chat(stage: Stage) -> None:
    """A message that is given as a whole is quoted as it is, with its chat when that is another."""
    await stage.open("sales")
    key = {"id": "X", "remoteJid": "5521977770000@s.whatsapp.net", "fromMe": False}

    answer = await send(stage, quoted={"key": key, "message": {"conversation": "there"}})

    context = answer.body["contextInfo"]
    assert (context["remoteJid"], context["participant"]) == (key["remoteJid"], key["remoteJid"])


async def test_delay_is_waited(stage: Stage) -> None:
    """The answer comes after the typing."""
    await stage.open("sales")
    before_s = stage.fake.clock.now()

    await send(stage, delay=3000)

    assert stage.fake.clock.now() - before_s >= 3


async def test_group_without_mentions_has_no_context(stage: Stage) -> None:
    """The server's own context is for people only."""
    await stage.open("sales")
    await join(stage)

    plain, everyone = await send(stage, number=TEAM), await send(stage, number=TEAM, mentionsEveryOne=True)

    assert "contextInfo" not in plain.body
    assert everyone.body["contextInfo"] == {"mentionedJid": [PERSON, OWN]}


async def test_mentions_in_a_group(stage: Stage) -> None:
    """Single members are mentioned by their addresses."""
    await stage.open("sales")
    await join(stage)

    answer = await send(stage, number=TEAM.removesuffix("@g.us"), mentioned=[NUMBER])

    assert (answer.body["key"]["remoteJid"], answer.body["contextInfo"]) == (TEAM, {"mentionedJid": [PERSON]})


async def test_group_that_is_not_ours(stage: Stage) -> None:
    """It is refused with an object that was printed as a text."""
    await stage.open("sales")

    assert await send(stage, number=TEAM) == refused(400, ["[object Object]"])


async def test_known_group_on_a_dead_socket(stage: Stage) -> None:
    """A group that was read once is known, so that only the send fails."""
    await stage.open("sales")
    await join(stage)
    await send(stage, number=TEAM)
    await stage.control.phone("sales", "lose-connection", for_s=60)

    assert await send(stage, number=TEAM) == refused(400, ["Error: Connection Closed"])


async def test_refused_by_whatsapp() -> None:
    """What WhatsApp says is told as an error."""
    async with Stage(world=World(whatsapp=WhatsApp(fail_send="rate-overlimit"))) as stage:
        await stage.open("sales")

        assert await send(stage) == refused(400, ["Error: rate-overlimit"])


async def test_known_number_of_an_instance_without_socket(stage: Stage) -> None:
    """Numbers are known to all instances, so that an instance that never connected stumbles only when it sends."""
    await stage.open("other")
    await stage.during(stage.call("POST", "/message/sendText/other", {"number": NUMBER, "text": "Oi"}))
    await stage.create("sales")

    known, typing = await send(stage), await send(stage, delay=5)

    assert known == refused(400, ["TypeError: Cannot read properties of undefined (reading 'sendMessage')"])
    assert typing == refused(400, ["TypeError: Cannot read properties of undefined (reading 'presenceSubscribe')"])


@pytest.mark.parametrize("number", ["", "abc", "551190000"])
async def test_numbers_that_are_none(stage: Stage, number: str) -> None:
    """A number that is not on WhatsApp is an object in the array (Q6)."""
    await stage.open("sales")

    answer = await send(stage, number=number)

    digits = number if number.isdigit() else ""
    assert answer == refused(400, [{"jid": f"{digits}@s.whatsapp.net", "exists": False, "number": number}])


async def test_instance_deleted_while_it_sends(stage: Stage) -> None:
    """The send that was under way fails like one on a closed socket."""
    await stage.open("sales")
    before = stage.fake.journal.last_seq
    sending = asyncio.ensure_future(stage.call("POST", "/message/sendText/sales", {"number": NUMBER, "text": "Oi"}))
    await recorded(stage.fake, "call", after=before)
    await stage.settle()
    await stage.call("DELETE", "/instance/delete/sales")

    answer = await stage.during(sending)

    assert answer.status in {400, 500}
    assert "Connection Closed" in str(answer.body)
