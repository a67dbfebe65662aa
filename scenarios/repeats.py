"""The same webhook taken more than once: how far apart, and whether it had more than one effect."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scenarios.causes import SETTLE_S, WATCHED_S_MIN, causes_of
from scenarios.conversing import SETTLE_S as READABLE_S
from scenarios.conversing import copies, is_readable, message_id, read_after
from scenarios.downtime import downtimes
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.observing import shows, surely_after
from scenarios.rules import Gap, Judgement
from scenarios.sighting import Sighting, Via

# What comes again so much later comes after what a backend keeps in mind only for a while.
LONG_S = 60.0
_STATES = frozenset({"open", "close"})


class Distance(StrEnum):
    """How far apart two copies are."""

    AT_ONCE = "at the same moment"
    SOON = "one after the other"
    FAR = "long after, or after a restart"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A webhook that the backend had taken (or was about to take), taken again."""

    channel: str
    event: Event
    first: Attempt
    attempt: Attempt
    distance: Distance


@dataclass(frozen=True, slots=True)
class Twice:
    """A second effect: what was seen of it, when, and the records that show it; `held` where there surely was one."""

    held: bool
    t: float
    what: str = ""
    witness: tuple[int, ...] = ()


def judge_repeats(history: History, distance: Distance, *, advice: str) -> Iterator[Judgement]:
    """Judge every repeat of this distance that can have an effect which people see."""
    for repeat in _repeats(history):
        if repeat.distance is distance:
            found = _second_effect(history, repeat)
            if found is not None:
                yield _judgement(repeat, found, advice)


def _repeats(history: History) -> Iterator[Repeat]:
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        for event in events if channel is not None else ():
            received = history.received(event)
            for attempt in received[1:]:
                # Another address is another matter.
                if attempt.delivery == received[0].delivery:
                    distance = _distance(history, received[0], attempt)
                    yield Repeat(str(channel), event, received[0], attempt, distance)


def _distance(history: History, first: Attempt, again: Attempt) -> Distance:
    if again.sent_s < first.ended_s:
        return Distance.AT_ONCE
    restarted = any(
        first.sent_s <= away.down_s <= again.sent_s for away in downtimes(history, "backend", "redis", "database")
    )
    return Distance.FAR if restarted or again.sent_s - first.ended_s >= LONG_S else Distance.SOON


def _second_effect(history: History, repeat: Repeat) -> Twice | None:
    if is_readable(repeat.event):
        return _read_twice(history, repeat)
    if repeat.event.code is None and repeat.event.state not in _STATES:
        return None
    if repeat.distance is Distance.AT_ONCE:
        return _announced_twice(history, repeat)
    return _shown_twice(history, repeat)


def _read_twice(history: History, repeat: Repeat) -> Twice | None:
    """How often the message stands in the conversation, once all copies were dealt with."""
    last = history.received(repeat.event)[-1]
    read = read_after(history, repeat.channel, last.ended_s + READABLE_S)
    count = 0 if read is None else len(copies(read, message_id(repeat.event) or ""))
    if read is None or count == 0:
        return None
    what = f"the message stood {count} times in the conversation"
    return Twice(count == 1, read.at_s, what, (read.seq,))


def _announced_twice(history: History, repeat: Repeat) -> Twice | None:
    """Copies that were under way together: each announcement that they brought about came once."""
    until_s = _alone_until_s(history, repeat)
    since_s = min(repeat.first.sent_s, repeat.attempt.sent_s)
    newest: dict[str | None, Sighting] = {}
    for seen in history.sightings_of.get(repeat.channel, ()):
        if seen.via != Via.SOCKET or not since_s <= seen.at_s <= until_s:
            continue
        earlier = newest.get(seen.announcement)
        newest[seen.announcement] = seen
        same = earlier is not None and (earlier.action, earlier.content) == (seen.action, seen.content)
        if earlier is not None and same and shows(seen, repeat.event):
            return Twice(False, seen.at_s, f"{_what(repeat, seen)} was announced twice", (earlier.seq, seen.seq))
    shown = any(shows(seen, repeat.event) for seen in newest.values())
    watched = until_s - max(repeat.first.ended_s, repeat.attempt.ended_s) >= WATCHED_S_MIN
    return Twice(True, repeat.attempt.ended_s) if shown and watched else None


def _shown_twice(history: History, repeat: Repeat) -> Twice | None:
    """Look for the effect once more after the copy: announced again, or back after it had gone."""
    first: Sighting | None = None
    gone: Sighting | None = None
    until_s = _alone_until_s(history, repeat)
    sent_s = repeat.attempt.sent_s
    clicks = (click.t for click in history.clicks_of.get(repeat.channel, ()))
    clicked_s = max((t for t in clicks if t <= sent_s), default=0.0)
    for seen in history.sightings_of.get(repeat.channel, ()):
        if seen.at_s > until_s:
            break
        if not shows(seen, repeat.event):
            gone = seen if first is not None and surely_after(seen, first) else gone
        elif not seen.fresh_since(sent_s):
            first, gone = first or seen, None
        elif first is not None and gone is not None:
            if gone.as_of_s >= clicked_s and surely_after(seen, gone):
                what = f"{_what(repeat, seen)} was shown again although {gone.status} was shown in between"
                return Twice(False, seen.at_s, what, (first.seq, gone.seq, seen.seq))
        elif first is not None and _is_announced_before(history, repeat, seen):
            what = f"{_what(repeat, seen)} was announced again"
            return Twice(False, seen.at_s, what, (first.seq, seen.seq))
    watched = until_s - repeat.attempt.ended_s >= WATCHED_S_MIN
    return Twice(True, repeat.attempt.ended_s) if first is not None and watched else None


def _is_announced_before(history: History, repeat: Repeat, seen: Sighting) -> bool:
    return seen.via == Via.SOCKET and any(
        earlier.via == Via.SOCKET
        and (earlier.announcement, earlier.action, earlier.content) == (seen.announcement, seen.action, seen.content)
        and repeat.event.t <= earlier.at_s < repeat.attempt.sent_s
        for earlier in history.sightings_of[repeat.channel]
    )


def _alone_until_s(history: History, repeat: Repeat) -> float:
    """Until when an effect can only be that of the copies: nothing else happened to the channel in between."""
    own = {attempt.seq for attempt in history.attempts_for.get(repeat.event.event_id, ())}
    under_way = {
        attempt.seq
        for sibling in history.events_of.get(repeat.event.instance, ())
        for attempt in history.received(sibling)
        if attempt.ended_s > repeat.attempt.sent_s
    }
    others = (
        one.t
        for one in causes_of(history, repeat.channel)
        if one.seq not in own and (one.t > repeat.attempt.sent_s or one.seq in under_way)
    )
    settled_s = max(repeat.first.ended_s, repeat.attempt.ended_s) + SETTLE_S
    return min(*others, settled_s, history.watched_until_s(repeat.channel), settled_s)


def _what(repeat: Repeat, seen: Sighting) -> str:
    return "its QR" if repeat.event.code is not None else str(seen.status)


def _judgement(repeat: Repeat, found: Twice, advice: str) -> Judgement:
    gap_s = repeat.attempt.sent_s - repeat.first.sent_s
    return Judgement(
        holds=found.held,
        subject=f"channel {repeat.channel}",
        t=found.t,
        size=gap_s,
        witness=(repeat.event.seq, repeat.first.seq, repeat.attempt.seq, *found.witness),
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {repeat.channel}: '{repeat.event}' was delivered again {gap_s:.3f} s later "
            f"({repeat.distance}) and {found.what}; expected one effect; {advice}"
        ),
    )
