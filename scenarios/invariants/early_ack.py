"""I22: an acknowledgement that overtakes its message is kept until the message is there."""

from collections.abc import Iterator

from scenarios.conversing import SETTLE_S, arrivals, copies, least_ack, message_id, read_after
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.staged import MessagesRead


@invariant("I22", gap=Gap.IDEMPOTENCY, title="an acknowledgement before its message is kept")
def early_ack(history: History) -> Iterator[Judgement]:
    """Judge every status of a message that the backend took before the message itself."""
    for channel in history.channels:
        updates = _updates(history, channel)
        for message in arrivals(history, channel):
            taken = history.taken(message)
            early = [
                (update, attempt)
                for update, attempt in updates.get(message_id(message) or "", ())
                if taken and attempt.ended_s <= taken[0].sent_s
            ]
            read = read_after(history, channel, taken[0].ended_s + SETTLE_S) if early else None
            if read is not None:
                yield from _judge(channel, message, taken[0], early, read)


def _updates(history: History, channel: str) -> dict[str, list[tuple[Event, Attempt]]]:
    """The taken statuses of the channel's messages, by message."""
    found: dict[str, list[tuple[Event, Attempt]]] = {}
    for instance in history.instances_of.get(channel, ()):
        for event in history.events_of.get(instance, ()):
            taken = history.taken(event) if least_ack(event) is not None else []
            if taken:
                found.setdefault(message_id(event) or "", []).append((event, taken[0]))
    return found


def _judge(
    channel: str, message: Event, taken: Attempt, early: list[tuple[Event, Attempt]], read: MessagesRead
) -> Iterator[Judgement]:
    update, attempt = max(early, key=lambda pair: least_ack(pair[0]) or 0)
    least = least_ack(update) or 0
    found = copies(read, message_id(message) or "")
    if not found or any(one.ack is None for one in found):
        # A message that is missing is another matter, and a page without marks has none to keep.
        return
    shown = max(one.ack or 0 for one in found)
    before_s = taken.sent_s - attempt.ended_s
    yield Judgement(
        holds=shown >= least,
        subject=f"channel {channel}",
        t=taken.ended_s,
        size=before_s,
        witness=(update.seq, attempt.seq, message.seq, taken.seq, read.seq),
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {channel}: '{update.data.get('status')}' of message {message_id(message)} was "
            f"taken {before_s:.2f} s before the message itself, which people then saw with the mark {shown}; expected "
            f"at least {least}; look where a status without its message is thrown away, and keep it until the "
            f"message comes"
        ),
    )
