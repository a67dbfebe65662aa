"""I4: distinct messages with the same text have an effect each: a dedupe by content swallows what people write."""

from collections import defaultdict
from collections.abc import Iterator

from scenarios.conversing import (
    SETTLE_S,
    arrivals,
    copies,
    is_own,
    message_id,
    read_after,
    text_of,
)
from scenarios.happened import Event
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.staged import MessagesRead

_TAKES_AWAY = frozenset({"messages.delete", "messages.edited"})


@invariant("I4", gap=Gap.IDEMPOTENCY, title="two messages with the same text are two messages")
def same_text_twice(history: History) -> Iterator[Judgement]:
    """Judge every text that came more than once on a channel, each time as a message of its own."""
    for channel in history.channels:
        for events in _same_texts(history, channel):
            taken = [history.taken(event) for event in events]
            if not all(taken):
                continue
            read = read_after(history, channel, max(one[0].ended_s for one in taken) + SETTLE_S)
            left = history.next_click(channel, events[0].t, "delete")
            if read is not None and (left is None or left.t > read.at_s):
                yield _judge(channel, events, read)


def _same_texts(history: History, channel: str) -> Iterator[list[Event]]:
    """Messages with the same text of the same side of the same conversation; one id only counts once."""
    found: dict[tuple[object, ...], dict[str, Event]] = defaultdict(dict)
    for event in arrivals(history, channel):
        text = text_of(event)
        if text is not None:
            found[_conversation(event), is_own(event), text].setdefault(str(message_id(event)), event)
    for events in found.values():
        if len(events) > 1 and not _taken_away(history, channel, events):
            yield list(events.values())


def _taken_away(history: History, channel: str, events: dict[str, Event]) -> bool:
    """Whether one of them was deleted or changed later."""
    return any(
        other.event in _TAKES_AWAY and any(name in str(other.data) for name in events)
        for instance in history.instances_of.get(channel, ())
        for other in history.events_of.get(instance, ())
    )


def _conversation(event: Event) -> object:
    key = event.data.get("key")
    return key.get("remoteJid") if isinstance(key, dict) else None


def _judge(channel: str, events: list[Event], read: MessagesRead) -> Judgement:
    found = sum(bool(copies(read, str(message_id(event)))) for event in events)
    if not any(one.message_id for one in read.messages):
        # A backend may show messages under ids of its own.
        found = min(len(events), sum(one.text == text_of(events[0]) for one in read.messages))
    return Judgement(
        holds=found == len(events),
        subject=f"channel {channel}",
        t=read.at_s,
        size=float(len(events) - found),
        witness=(*(event.seq for event in events[:4]), read.seq),
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {channel}: {len(events)} messages with one text and ids of their own were "
            f"taken, and {found} of them stand in the conversation; expected all; look whether messages are told apart "
            f"by their text (or its hash) and time, and not by their id"
        ),
    )
