"""The Zechat adapter against what the real backend was recorded to say: passed on verbatim, wrong as it is."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from scenarios.adapters import Answer, Channel, Seen, Tenant, open_adapter
from scenarios.adapters.zechat import ZechatAdapter
from scenarios.tests.zechat_replay import Asked, Recording, Replay, recordings

ALL = tuple(recordings())
TENANT = Tenant("2", "recorded", token="a-token")
CHANNEL = r"/api/whatsapp/whatsapp/(\d+)"
SESSION = r"/api/whatsapp-sessions/whatsappsession/(\d+)"
# What the page of the real backend does not do, and so the adapter does not either: other spellings of a path, settings
# of a channel, names and statuses that its form refuses.
NOT_CLICKED = Counter(
    {
        "PUT /api/whatsapp/whatsapp/N": 5,
        "POST /api/whatsapp-sessions": 2,
        "GET /api/whatsapp/whatsapp/abc": 1,
        "GET /api/whatsapp/whatsapp": 1,
        "GET /api/whatsapp/N": 1,
        "GET /api/whatsapp-sessions/N": 1,
        "GET /api/whatsapp": 1,
        "DELETE /api/whatsapp-sessions/N": 1,
    }
)


def click(adapter: ZechatAdapter, asked: Asked) -> Any:
    """The adapter's call that sends this request; None where there is none."""
    by_path = {
        ("GET", CHANNEL): adapter.read,
        ("DELETE", CHANNEL): adapter.delete,
        ("POST", SESSION): adapter.start,
        ("PUT", SESSION): adapter.request_qr,
        ("DELETE", SESSION): adapter.disconnect,
    }
    for (method, pattern), call in by_path.items():
        found = re.fullmatch(pattern, asked.path)
        if method == asked.method and found:
            return call(TENANT, Channel(found[1], "recorded"))
    if (asked.method, asked.path) == ("GET", "/api/whatsapp/whatsapp/"):
        return adapter.list_channels(TENANT)
    if (asked.method, asked.path) == ("GET", "/api/billing/tenant/usage"):
        return adapter.usage(TENANT)
    if (asked.method, asked.path) == ("POST", "/api/whatsapp/whatsapp") and is_of_the_form(asked.body):
        return adapter.create_channel(TENANT, asked.body["name"])
    return None


def is_of_the_form(body: Any) -> bool:
    """Whether the page's form sends this."""
    return isinstance(body, dict) and set(body) == {"name", "type"} and body["type"] == "whatsapp"


def shown_in(answer: Any) -> tuple[Any, ...] | None:
    """Status, image and number of the channel in a recorded answer."""
    channel = answer.get("whatsapp", answer) if isinstance(answer, dict) else {}
    if "status" not in channel or "id" not in channel:
        return None
    return str(channel["id"]), channel["status"], channel.get("qrcode") or None, channel.get("number")


def as_shown(seen: Seen | None) -> tuple[Any, ...] | None:
    """The same of what the adapter saw."""
    return None if seen is None else (seen.channel_id, seen.status, seen.qr_image, seen.number)


@asynccontextmanager
async def replaying(recording: Recording) -> AsyncIterator[ZechatAdapter]:
    """An adapter in front of a recording."""
    async with Replay(recording).running() as replay:
        adapter = open_adapter("zechat", url=replay.url)
        assert isinstance(adapter, ZechatAdapter)
        try:
            yield adapter
        finally:
            await adapter.close()


@pytest.mark.parametrize("recording", ALL, ids=lambda recording: recording.name)
async def test_every_answer_is_passed_on_verbatim(recording: Recording) -> None:
    """Status codes, bodies, spellings and missing images come out as they went in."""
    async with replaying(recording) as adapter:
        for asked in recording.asked:
            call = click(adapter, asked)
            if call is not None:
                result = await call
                answer: Answer = result if isinstance(result, Answer) else result[0]

                assert (answer.status_code, answer.body) == (asked.status, asked.answer), asked.path
                expected = shown_in(asked.answer) if answer.ok else None
                assert as_shown(answer.seen) == expected, asked.path


@pytest.mark.parametrize("recording", [one for one in ALL if one.told], ids=lambda recording: recording.name)
async def test_every_event_is_passed_on_verbatim(recording: Recording) -> None:
    """All that was said is heard in order, and only what the tenant's page takes is about a channel of its own."""
    async with replaying(recording) as adapter, adapter.events(TENANT) as announcements:
        heard = []
        async for announcement in announcements:
            if announcement.name != "connect":
                heard.append(announcement)
            if len(heard) == len(recording.told):
                break

    assert [(one.name, one.body) for one in heard] == list(recording.told)
    mine = [one.name.startswith("2:whatsapp") for one in heard]
    assert [one.channel_id is not None for one in heard] == mine


def test_nothing_recorded_is_left_out_silently() -> None:
    """What the adapter does not send is a known list, and everything else of the channel API is."""
    adapter = open_adapter("zechat", url="http://127.0.0.1:9")
    assert isinstance(adapter, ZechatAdapter)
    left_out: Counter[str] = Counter()
    for recording in ALL:
        for asked in recording.asked:
            call = click(adapter, asked)
            if call is not None:
                call.close()
            elif asked.body is None or asked.method != "POST" or "sessions" in asked.path:
                left_out[re.sub(r"\d+", "N", f"{asked.method} {asked.path}")] += 1

    assert left_out == NOT_CLICKED
