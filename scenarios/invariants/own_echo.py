"""I24: a message that the account itself sent is one message, though Evolution tells of it more than once.

What a user of the backend sends comes back as `send.message`, what the own phone sends as `messages.upsert`, and some
versions tell of both: the id that WhatsApp gave it is the same.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.conversing import SETTLE_S, arrivals, copies, is_own, message_id, read_after, text_of, texts_of_mine
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.staged import MessagesRead


@dataclass(frozen=True, slots=True)
class _Sent:
    """How many own messages there were with each text: all of them, and those that the backend was told of."""

    all: Counter[str | None]
    told: Counter[str | None]


@invariant("I24", gap=Gap.IDEMPOTENCY, title="what the account itself sends is one message")
def own_echo(history: History) -> Iterator[Judgement]:
    """Judge every message of the account's own that the backend was told of."""
    for channel in history.channels:
        told = _told(history, channel)
        # Those whose webhooks never got through count, too: the backend may know them from its own sending.
        own = {message_id(event): text_of(event) for event in arrivals(history, channel) if is_own(event)}
        sent = _Sent(Counter(own.values()), Counter(text_of(pairs[0][0]) for pairs in told.values()))
        for wanted, pairs in told.items():
            read = read_after(history, channel, max(taken.ended_s for _, taken in pairs) + SETTLE_S)
            if read is not None and not _left(history, channel, pairs[0][0], read):
                yield _judge(channel, wanted, pairs, read, sent)


def _told(history: History, channel: str) -> dict[str, list[tuple[Event, Attempt]]]:
    """The account's own messages, by id: what told of each, as the backend took it."""
    found: dict[str, list[tuple[Event, Attempt]]] = {}
    for event in arrivals(history, channel):
        for taken in history.taken(event)[:1] if is_own(event) else ():
            found.setdefault(message_id(event) or "", []).append((event, taken))
    return found


def _left(history: History, channel: str, event: Event, read: MessagesRead) -> bool:
    click = history.next_click(channel, event.t, "delete")
    return click is not None and click.t <= read.asked_s


def _count(wanted: str, text: str | None, read: MessagesRead, sent: _Sent) -> int:
    """How often the message is to be read; a copy under another id, or under none, shows by its text."""
    by_id = len(copies(read, wanted))
    if text is None:
        return by_id
    same_text = texts_of_mine(read)[text]
    if not by_id and same_text < sent.told[text]:
        return 0
    return max(by_id, 1) + max(same_text - max(by_id - 1, 0) - sent.all[text], 0)


def _judge(channel: str, wanted: str, pairs: list[tuple[Event, Attempt]], read: MessagesRead, sent: _Sent) -> Judgement:
    event, taken = pairs[-1]
    count = _count(wanted, text_of(event), read, sent)
    told = " and ".join(sorted({one.event for one, _ in pairs}))
    return Judgement(
        holds=count == 1,
        subject=f"channel {channel}",
        t=taken.ended_s,
        size=float(abs(count - 1)),
        witness=(*(seq for one, attempt in pairs for seq in (one.seq, attempt.seq)), read.seq),
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {channel}: the own message {wanted}, told by {told}, was to be read "
            f"{count} times; expected once; look where the echo of a sent message is stored without its WhatsApp id "
            f"as the key (tenant and message id, unique)"
        ),
    )
