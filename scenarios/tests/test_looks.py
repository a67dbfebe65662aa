"""What a person reads beside the channels is on record, verbatim and bounded."""

from typing import Any

from scenarios.adapters import Answer, Channel, Tenant
from scenarios.adapters.base import SeenMessage
from scenarios.adapters.echo import EchoAdapter
from scenarios.looks import METRICS_BYTES_MAX, Looks
from scenarios.tests.stage import LoopTime, Notes
from scenarios.timing import LoopClock

TENANT, CHANNEL = Tenant("1", "shop"), Channel("7", "sales")
MESSAGE = SeenMessage("M1", "3", "5511988887777", from_me=False, text="oi", ack=2, at="12")


class TalkativeEcho(EchoAdapter):
    """Has one message, or refuses to show it, and endless metrics."""

    def __init__(self, *, status_code: int = 200) -> None:
        super().__init__()
        self._status_code = status_code

    async def messages(self, tenant: Tenant, channel: Channel) -> tuple[Answer, tuple[SeenMessage, ...]]:
        assert (tenant, channel) == (TENANT, CHANNEL)
        return Answer(self._status_code, {}, 0.0), (MESSAGE,)

    async def reply(self, tenant: Tenant, channel: Channel, contact: str, text: str) -> Answer:
        raise AssertionError(f"nobody answers {contact} here: {text} ({tenant}, {channel})")

    async def metrics(self) -> str | None:
        return "é" * METRICS_BYTES_MAX


def looks(adapter: EchoAdapter, notes: Notes) -> Looks:
    """Looks at this backend."""
    return Looks(adapter, phase="told", recorder=notes, clock=LoopClock(LoopTime()))


async def test_messages_are_on_record_with_when_they_were_asked_for() -> None:
    """Every field of every message, and whose they are."""
    notes = Notes()

    found = await looks(TalkativeEcho(), notes).messages(TENANT, CHANNEL, journey="told-0001")

    (record,) = notes.of("messages")
    about: dict[str, Any] = {"phase": "told", "journey": "told-0001", "tenant": "1", "channel": "7"}
    assert found == (MESSAGE,)
    assert about.items() <= record.items()
    assert record["asked_s"] <= record["at_s"]
    assert record["messages"][0]["message_id"] == "M1"
    assert record["messages"][0]["ack"] == 2


async def test_a_refusal_is_no_reading() -> None:
    """What was not shown cannot be missing."""
    notes = Notes()

    await looks(TalkativeEcho(status_code=500), notes).messages(TENANT, CHANNEL, journey="told-0001")

    assert notes.of("messages") == []


async def test_a_backend_without_conversations_or_metrics_has_none_on_record() -> None:
    """Nothing is asked that the adapter cannot ask."""
    notes = Notes()

    await looks(EchoAdapter(), notes).messages(TENANT, CHANNEL, journey="told-0001")
    await looks(EchoAdapter(), notes).metrics()

    assert notes.records == []


async def test_metrics_are_cut_at_their_limit() -> None:
    """A runaway exposition does not fill the journal, and what is left is still text."""
    notes = Notes()

    await looks(TalkativeEcho(), notes).metrics()

    (record,) = notes.of("metrics")
    assert len(record["text"].encode()) == METRICS_BYTES_MAX
    assert set(record["text"]) == {"é"}
