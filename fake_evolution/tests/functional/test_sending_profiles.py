"""Tests of what older versions of the server did differently with messages that are sent."""

from collections.abc import AsyncIterator

import pytest

from fake_evolution import World
from fake_evolution.tests.functional.test_sending_actions import KEY, act, delete
from fake_evolution.tests.functional.test_sending_media import PICTURE
from fake_evolution.tests.functional.test_sending_texts import NUMBER, TEAM, refused, send
from fake_evolution.tests.stage import Stage


@pytest.fixture
async def older() -> AsyncIterator[Stage]:
    """A connected instance of the oldest version."""
    async with Stage(world=World(profile="2.2.3")) as stage:
        await stage.open("sales")
        yield stage


async def test_older_records(older: Stage) -> None:
    """Longer ids, no guess at the device, no name, no context."""
    record = (await send(older)).body

    assert (len(record["key"]["id"]), record["source"], record["pushName"]) == (40, "unknown", None)
    assert "contextInfo" not in record


async def test_older_pictures_are_sent_as_they_are(older: Stage) -> None:
    """And what the caller says of the type is believed."""
    answer = await send(older, "sendMedia", mediatype="image", media=PICTURE, mimetype="image/x", fileName="a.png")

    shown = answer.body["message"]["imageMessage"]
    assert (shown["mimetype"], shown["fileLength"]) == ("image/x", "75")


@pytest.mark.parametrize(("reaction", "status"), [("", 400), ("ok", 400), ("🚀🚀", 201), ("ok!", 201)])
async def test_older_reactions(older: Stage, reaction: str, status: int) -> None:
    """Any sign will do, and a reaction cannot be withdrawn."""
    answer = await older.during(older.call("POST", "/message/sendReaction/sales", {"key": KEY, "reaction": reaction}))

    assert answer.status == status


async def test_older_failures(older: Stage) -> None:
    """A group that is not ours, a message that is not stored."""
    told = "TypeError: Cannot read properties of null (reading 'id')"

    assert await send(older, number=TEAM) == refused(500, "Cannot read properties of undefined (reading 'id')")
    assert await delete(older, id="nope") == refused(500, ["Error while deleting message for everyone", told])


async def test_older_edits(older: Stage) -> None:
    """Whatever it is, it can be edited; no event tells of it."""
    answer = await act(older, "updateMessage", {"number": NUMBER, "text": "x", "key": KEY})

    assert (answer.status, "send.message.update" in older.emitted()) == (200, False)
