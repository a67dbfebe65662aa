"""I1: the same event twice, one after the other: one effect."""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.observing import shows, surely_after
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via

# So long after the copy its effect is looked for.
SETTLE_S = 2.0
# Less than this proves nothing.
WATCHED_S_MIN = 0.25
_STATES = frozenset({"open", "close"})


@dataclass(frozen=True, slots=True)
class _Copy:
    """A webhook that the backend had already taken, taken again."""

    channel: str
    event: Event
    attempt: Attempt
    clicked_s: float
    until_s: float


@invariant("I1", gap=Gap.IDEMPOTENCY, title="the same event twice has one effect")
def one_effect(history: History) -> Iterator[Judgement]:
    """Judge every second and further copy of a QR, an `open` or a `close`."""
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        if channel is None:
            continue
        for event in events:
            if event.code is None and event.state not in _STATES:
                continue
            taken = history.taken(event)
            for attempt in taken[1:]:
                if attempt.sent_s >= taken[0].ended_s:
                    yield from _judge(history, _copy(history, channel, event, attempt, events))


def _copy(history: History, channel: str, event: Event, attempt: Attempt, events: list[Event]) -> _Copy:
    """The copy with the time in which an effect can only be its own."""
    clicks = [click.t for click in history.clicks_of.get(channel, ())]
    others = [
        other.sent_s
        for sibling in events
        if sibling.event_id != event.event_id
        for other in history.taken(sibling)[:1]
        if other.ended_s > attempt.sent_s
    ]
    ends = [*others, *(t for t in clicks if t > attempt.sent_s), attempt.ended_s + SETTLE_S]
    return _Copy(
        channel=channel,
        event=event,
        attempt=attempt,
        clicked_s=max((t for t in clicks if t <= attempt.sent_s), default=0.0),
        until_s=min(*ends, history.watched_until_s(channel)),
    )


def _judge(history: History, copy: _Copy) -> Iterator[Judgement]:
    """Look for the effect once more after the copy: announced again, or back after it had gone."""
    first: Sighting | None = None
    gone: Sighting | None = None
    for seen in history.sightings_of[copy.channel]:
        if seen.at_s > copy.until_s:
            break
        if not shows(seen, copy.event):
            gone = seen if first is not None and surely_after(seen, first) else gone
        elif not seen.fresh_since(copy.attempt.sent_s):
            first, gone = first or seen, None
        elif first is not None and _is_second_effect(history, seen, gone, copy):
            yield _broken(copy, first, seen, gone)
            return
    if first is not None and copy.until_s - copy.attempt.ended_s >= WATCHED_S_MIN:
        yield Judgement(holds=True, subject=f"channel {copy.channel}", t=copy.attempt.ended_s)


def _is_second_effect(history: History, seen: Sighting, gone: Sighting | None, copy: _Copy) -> bool:
    if gone is not None:
        return gone.as_of_s >= copy.clicked_s and surely_after(seen, gone)
    return seen.via == Via.SOCKET and any(
        earlier.via == Via.SOCKET
        and earlier.announcement == seen.announcement
        and earlier.action == seen.action
        and earlier.content == seen.content
        and copy.event.t <= earlier.at_s < copy.attempt.sent_s
        for earlier in history.sightings_of[copy.channel]
    )


def _broken(copy: _Copy, first: Sighting, seen: Sighting, gone: Sighting | None) -> Judgement:
    how = "announced again" if gone is None else f"shown again although {gone.status} was shown in between"
    what = "its QR" if copy.event.code is not None else str(seen.status)
    return Judgement(
        holds=False,
        subject=f"channel {copy.channel}",
        t=seen.at_s,
        witness=(copy.event.seq, first.seq, copy.attempt.seq, seen.seq),
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {copy.channel}: '{copy.event}' was delivered again and {what} was {how}; "
            f"expected one effect; look where a webhook is applied without asking whether it was before"
        ),
    )
