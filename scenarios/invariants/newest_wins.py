"""I5: `close` after a newer `open` and the reverse: newest wins, never stuck.

An event is *overtaken* when the backend has taken a newer one of the same instance before this one is sent.
What the newer one brought about must then stay: the older's status neither comes back nor remains in the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.observing import STATUS_OF_STATE, shows, surely_after
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting

# So long after the overtaken webhook the channel must still show the newer one's effect.
SETTLE_S = 3.0
# Less than this proves nothing.
WATCHED_S_MIN = 0.25


@dataclass(frozen=True, slots=True)
class _Overtaken:
    """An older event that arrived after a newer one had been taken, and how long its effect can be told apart."""

    channel: str
    older: Event
    newer: Event
    attempt: Attempt
    clicked_s: float
    until_s: float


@invariant("I5", gap=Gap.IDEMPOTENCY, title="the newest connection state wins, and nothing sticks")
def newest_wins(history: History) -> Iterator[Judgement]:
    """Judge every connection event that was overtaken by a newer one."""
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        told = [event for event in events if event.state in STATUS_OF_STATE]
        if channel is None:
            continue
        for older in told:
            for attempt in history.taken(older):
                newer = _newest_before(history, told, older, attempt)
                if newer is not None and newer.state != older.state:
                    case = _case(history, channel, (older, newer), attempt, told)
                    yield from _judge(history, case)


def _newest_before(history: History, told: list[Event], older: Event, attempt: Attempt) -> Event | None:
    """The newest event that the backend had taken when this attempt was sent, if it is newer."""
    for event in reversed(told):
        if event.seq <= older.seq:
            return None
        if any(taken.ended_s <= attempt.sent_s for taken in history.taken(event)):
            return event
    return None


def _case(history: History, channel: str, pair: tuple[Event, Event], attempt: Attempt, told: list[Event]) -> _Overtaken:
    older, newer = pair
    clicks = history.clicks_of.get(channel, [])
    next_event_s = min(
        (taken.sent_s for event in told if event.seq > newer.seq for taken in history.taken(event)[:1]),
        default=attempt.ended_s + SETTLE_S,
    )
    next_click_s = min((click.t for click in clicks if click.t > attempt.sent_s), default=next_event_s)
    return _Overtaken(
        channel=channel,
        older=older,
        newer=newer,
        attempt=attempt,
        clicked_s=max((click.t for click in clicks if click.t <= attempt.sent_s), default=0.0),
        until_s=min(attempt.ended_s + SETTLE_S, next_event_s, next_click_s, history.watched_until_s(channel)),
    )


def _judge(history: History, case: _Overtaken) -> Iterator[Judgement]:
    """Look for the older status after the newer one was shown, and at what is shown in the end."""
    shown: Sighting | None = None
    last: Sighting | None = None
    for seen in history.sightings_of[case.channel]:
        if seen.at_s > case.until_s:
            break
        last = seen
        if shows(seen, case.newer) and seen.as_of_s >= max(case.clicked_s, case.newer.t):
            shown = shown or seen
        elif shown is not None and _came_back(seen, shown, case):
            yield _judgement(case, seen, "came back", shown)
            return
    watched_s = case.until_s - case.attempt.ended_s
    unclicked = case.clicked_s < case.newer.t
    if shown is None and last is not None and unclicked and watched_s >= SETTLE_S and shows(last, case.older):
        yield _judgement(case, last, "stuck", last)
    elif shown is not None and watched_s >= WATCHED_S_MIN:
        yield Judgement(holds=True, subject=f"channel {case.channel}", t=case.attempt.ended_s)


def _came_back(seen: Sighting, shown: Sighting, case: _Overtaken) -> bool:
    return shows(seen, case.older) and seen.fresh_since(case.attempt.sent_s) and surely_after(seen, shown)


def _judgement(case: _Overtaken, seen: Sighting, how: str, shown: Sighting) -> Judgement:
    late_s = case.attempt.sent_s - case.older.t
    return Judgement(
        holds=False,
        subject=f"channel {case.channel}",
        t=seen.at_s,
        size=late_s,
        witness=(case.older.seq, case.newer.seq, case.attempt.seq, shown.seq, seen.seq),
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {case.channel} showed {seen.status} ({how}) after '{case.older}' arrived "
            f"{late_s:.2f} s late, behind the newer '{case.newer}'; expected the newer one to win; "
            f"look where a connection webhook is applied without comparing its age"
        ),
    )
