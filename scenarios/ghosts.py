"""Webhooks that were sent when their instance was no more, and what else can explain a change that follows one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from scenarios.causes import LAG_S, SETTLE_S, Moved, causes_of
from scenarios.downtime import disturbed
from scenarios.happened import Attempt, Event, State
from scenarios.history import History
from scenarios.observing import slowest_ack_s

# So far apart two looks may be while somebody looks; one that shows nothing new is not on record.
LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Ghost:
    """An attempt at an event that was sent after the removal of the instance that it is of."""

    event: Event
    attempt: Attempt
    gone: State


def ghosts_of(history: History) -> tuple[Ghost, ...]:
    """Every ghost of a history; what says something else than its event does is none."""
    found: tuple[Ghost, ...] | None = history.cache.get("ghosts")
    if found is None:
        found = history.cache["ghosts"] = tuple(_ghosts(history))
    return found


def _ghosts(history: History) -> Iterator[Ghost]:
    for instance, events in history.events_of.items():
        removed = [state for state in history.states_of.get(instance, ()) if state.phase == "removed"]
        for event in events if removed else ():
            gone = next((state for state in removed if state.t >= event.t and _is_same(state, event)), None)
            for attempt in history.attempts_for.get(event.event_id, ()) if gone is not None else ():
                if gone is not None and attempt.sent_s > gone.t and not history.is_altered(attempt):
                    yield Ghost(event, attempt, gone)


def _is_same(state: State, event: Event) -> bool:
    return None in (state.instance_id, event.instance_id) or state.instance_id == event.instance_id


def excuses(history: History, channel: str, ghost: Ghost) -> list[Moved]:
    """What a change right after a ghost may be due to instead.

    No other ghost is an excuse: all of them are to be ignored, and they often come together. Neither is what was over
    so long before that it was on the page by then, though no look was on record since, as none showed anything new.
    Where something was away, that may have taken longer.
    """
    others = _others(history, channel)
    sent_s = ghost.attempt.sent_s
    since_s = sent_s - LAG_S - LOOK_S
    since_s -= slowest_ack_s(history, from_s=since_s, to_s=ghost.attempt.ended_s)
    if disturbed(history, min(since_s, ghost.gone.t), ghost.attempt.ended_s + SETTLE_S):
        return [one for one, _ in others]
    return [one for one, over_s in others if over_s >= since_s]


def _others(history: History, channel: str) -> list[tuple[Moved, float]]:
    """All that can have moved the channel and is no ghost, and when each was over."""
    key = ("excuses", channel)
    found: list[tuple[Moved, float]] | None = history.cache.get(key)
    if found is None:
        ghosts = {ghost.attempt.seq for ghost in ghosts_of(history)}
        over = _over(history, channel)
        causes = causes_of(history, channel)
        found = [(one, over.get(one.seq, one.t)) for one in causes if one.seq not in ghosts]
        history.cache[key] = found
    return found


def _over(history: History, channel: str) -> Mapping[int, float]:
    """When what takes time was over: webhooks and clicks with their answer, or never without one."""
    over: dict[int, float] = {}
    for instance in history.instances_of.get(channel, ()):
        for event in history.events_of.get(instance, ()):
            for attempt in history.attempts_for.get(event.event_id, ()):
                over[attempt.seq] = inf if attempt.status is None else attempt.ended_s
    replies = history.replies_of.get(channel, ())
    for click in history.clicks_of.get(channel, ()):
        answered = (reply.t for reply in replies if reply.action == click.action and reply.t >= click.t)
        over[click.seq] = next(answered, inf)
    return over
