"""Webhooks that were sent when their instance was no more, and what else can explain a change that follows one."""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.causes import Moved
from scenarios.excuses import excuses
from scenarios.happened import Attempt, Event, State
from scenarios.history import History


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


def excused_by(history: History, channel: str, ghost: Ghost) -> list[Moved]:
    """What a change right after a ghost may be due to instead.

    No other ghost is an excuse: all of them are to be ignored, and they often come together.
    """
    key = "attempts of ghosts"
    ghosts: frozenset[int] | None = history.cache.get(key)
    if ghosts is None:
        ghosts = history.cache[key] = frozenset(one.attempt.seq for one in ghosts_of(history))
    return excuses(history, channel, ghost.attempt, undisturbed_since_s=ghost.gone.t, none_of=ghosts)
