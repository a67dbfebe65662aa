"""Everything in a history that can have moved a channel, and what only one of these things can have brought about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from scenarios.happened import Attempt, Event, ProviderAnswer
from scenarios.history import History
from scenarios.model import CAUSE_OF_CLICK, Cause, cause_of_state, reachable
from scenarios.observing import shows
from scenarios.sighting import Sighting

# What was dealt with so long before may still be on its way to the page.
LAG_S = 2.0
# So long after a webhook its effect is looked for; less than the second proves nothing.
SETTLE_S = 2.0
WATCHED_S_MIN = 0.25
_CLIENT_ERROR = 400
# Half a body tells nothing.
_CUT_OFF = "cut off"
_CONNECTION_EVENTS = frozenset({"connection.update", "qrcode.updated", "logout.instance", "remove.instance"})


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that can have moved the channel, from `t` on; of a QR also which.

    What was refused or failed can only have had an effect soon: until `over_s`.
    """

    t: float
    cause: Cause
    seq: int
    code: str | None = None
    over_s: float = inf


def causes_of(history: History, channel: str) -> list[Moved]:
    """All that can have moved the channel, in order: clicks, webhooks that came whole, answers of Evolution."""
    key = ("causes", channel)
    found = history.cache.get(key)
    if found is None:
        found = history.cache[key] = sorted(_causes(history, channel), key=lambda one: one.t)
    return found


def _causes(history: History, channel: str) -> Iterator[Moved]:
    for click in history.clicks_of.get(channel, ()):
        if click.action in CAUSE_OF_CLICK:
            yield Moved(click.t, CAUSE_OF_CLICK[click.action], click.seq)
    for instance in history.instances_of.get(channel, ()):
        for event in history.events_of.get(instance, ()):
            if event.event in _CONNECTION_EVENTS:
                for attempt in history.attempts_for.get(event.event_id, ()):
                    if not history.is_altered(attempt) and _CUT_OFF not in attempt.wire:
                        failed = attempt.outcome == "fail" and attempt.status is not None
                        over_s = attempt.ended_s + LAG_S if failed else inf
                        yield Moved(attempt.sent_s, cause_of(event), attempt.seq, event.code, over_s)
        for answer in history.provider_answers_of.get(instance, ()):
            yield from _told_by(answer)


def cause_of(event: Event) -> Cause:
    """What an event is to its channel."""
    if event.event == "qrcode.updated":
        return Cause.STRANGE if event.code is None else Cause.QR
    return cause_of_state(event.state) if event.event == "connection.update" else Cause.CLOSE


def _told_by(answer: ProviderAnswer) -> Iterator[Moved]:
    """What Evolution's answer to a question tells; an error may be taken for the end of the session."""
    if answer.code is not None:
        yield Moved(answer.t, Cause.QR, answer.seq, answer.code)
    if answer.state is not None:
        yield Moved(answer.t, cause_of_state(answer.state), answer.seq)
    for state in answer.listed:
        yield Moved(answer.t, cause_of_state(state), answer.seq)
    if (answer.status or 0) >= _CLIENT_ERROR:
        yield Moved(answer.t, Cause.CLOSE, answer.seq)


class Effect(StrEnum):
    """What can be said of the effect of one webhook."""

    NONE = "none"
    SEEN = "seen"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Traced:
    """What a webhook brought about, and the looks that tell."""

    effect: Effect
    before: Sighting | None = None
    after: Sighting | None = None


_UNKNOWN = Traced(Effect.UNKNOWN)


def trace(
    history: History, channel: str, event: Event, attempt: Attempt, *, excuses: Sequence[Moved] | None = None
) -> Traced:
    """What this attempt alone brought about: what its event says, shown after it, and due to nothing else.

    Nothing can be said where the channel showed that already, where something else could have brought it about (one
    of the `excuses`; unless they are given, anything that can have moved the channel), or where nobody looked.
    """
    before: Sighting | None = None
    until_s = min(attempt.ended_s + SETTLE_S, history.watched_until_s(channel))
    possible = causes_of(history, channel) if excuses is None else excuses
    others = [one for one in possible if one.seq != attempt.seq]
    for seen in history.sightings_of.get(channel, ()):
        if seen.status is None:
            continue
        if seen.at_s <= attempt.sent_s:
            before = seen
        elif seen.at_s > until_s:
            break
        elif before is not None and shows(seen, event) and not shows(before, event):
            late = not seen.fresh_since(attempt.sent_s) or _explained(before, seen, others)
            return _UNKNOWN if late else Traced(Effect.SEEN, before, seen)
    if before is None or shows(before, event) or until_s - attempt.ended_s < WATCHED_S_MIN:
        return _UNKNOWN
    return Traced(Effect.NONE, before)


def misled(history: History, channel: str, attempt: Attempt) -> tuple[Sighting, Sighting] | None:
    """A change right after a webhook that nobody can understand, to what neither that nor anything else may bring."""
    before: Sighting | None = None
    until_s = min(attempt.ended_s + SETTLE_S, history.watched_until_s(channel))
    others = [one for one in causes_of(history, channel) if one.seq != attempt.seq]
    for seen in history.sightings_of.get(channel, ()):
        if seen.status is None or seen.at_s > until_s:
            continue
        if seen.at_s <= attempt.sent_s:
            before = seen
        elif before is not None and seen.fresh_since(attempt.sent_s) and seen.status != before.status:
            strange = Moved(attempt.sent_s, Cause.STRANGE, attempt.seq)
            return None if _reached(before, seen, (*others, strange)) else (before, seen)
    return None


def _explained(before: Sighting, after: Sighting, others: Iterable[Moved]) -> bool:
    """Whether other things that happened at that time can have led from the one look to the other."""
    if after.code is not None and after.code != before.code:
        return any(one.code == after.code for one in _near(before, after, others))
    return _reached(before, after, others)


def _reached(before: Sighting, after: Sighting, others: Iterable[Moved]) -> bool:
    """Whether the model allows the later status after the earlier, given all that happened in between."""
    causes = {Cause.SILENCE, *(one.cause for one in _near(before, after, others))}
    return after.status in reachable(before.status, causes)


def _near(before: Sighting, after: Sighting, others: Iterable[Moved]) -> list[Moved]:
    """What can have been dealt with between the two looks."""
    since_s = before.as_of_s - LAG_S
    return [one for one in others if since_s <= one.t <= after.at_s and one.over_s >= after.as_of_s]
