"""I11: an event of an instance that was deleted, also under the name of a new one: ignored, nobody is touched."""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.causes import Effect, trace
from scenarios.downtime import disturbed
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via

# So long after the ghost a deleted channel is looked for on the page.
SETTLE_S = 3.0
_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR


@invariant("I11", gap=Gap.CORRELATION, title="events of a deleted instance are ignored, a new one is untouched")
def after_removal(history: History) -> Iterator[Judgement]:
    """Judge every webhook that was sent after its instance was removed."""
    for instance, events in history.events_of.items():
        removed = [state for state in history.states_of.get(instance, ()) if state.phase == "removed"]
        for event in events if removed else ():
            gone = next((state for state in removed if state.t >= event.t and _is_same(state.instance_id, event)), None)
            for attempt in history.attempts_for.get(event.event_id, ()) if gone is not None else ():
                if gone is not None and attempt.sent_s > gone.t and not history.is_altered(attempt):
                    yield from _judge(history, event, attempt, gone.seq)


def _is_same(instance_id: str | None, event: Event) -> bool:
    return instance_id is None or event.instance_id is None or instance_id == event.instance_id


def _judge(history: History, event: Event, attempt: Attempt, gone: int) -> Iterator[Judgement]:
    if (attempt.status or 0) >= _SERVER_ERROR:
        if not disturbed(history, attempt.sent_s, attempt.ended_s):
            yield _broken(event, attempt, f"was answered {attempt.status}", gone)
        return
    channel = history.channel_of.get(event.instance)
    if channel is None or attempt.status is None:
        return
    back = _came_back(history, channel, attempt)
    traced = trace(history, channel, event, attempt)
    if back is not None:
        yield _broken(event, attempt, f"brought the deleted channel back as {back.status}", gone, back.seq)
    elif traced.effect is Effect.SEEN and traced.after is not None:
        yield _broken(event, attempt, f"made the channel show {traced.after.status}", gone, traced.after.seq)
    elif traced.effect is Effect.NONE or _is_deleted(history, channel, attempt.sent_s) is not None:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=attempt.ended_s)


def _is_deleted(history: History, channel: str, moment_s: float) -> float | None:
    """When the person was told that the channel is deleted, if that was before."""
    replies = (reply.t for reply in history.replies_of.get(channel, ()) if reply.action == "delete" and reply.ok)
    return next((t for t in replies if t <= moment_s), None)


def _came_back(history: History, channel: str, attempt: Attempt) -> Sighting | None:
    """A look that shows a channel which was deleted before the ghost came."""
    deleted_s = _is_deleted(history, channel, attempt.sent_s)
    if deleted_s is None:
        return None
    for seen in history.sightings_of.get(channel, ()):
        shown = seen.status is not None and seen.action != "delete" and seen.via != Via.REPLY
        if shown and attempt.sent_s <= seen.as_of_s <= attempt.ended_s + SETTLE_S:
            return seen
    return None


def _broken(event: Event, attempt: Attempt, what: str, *witness: int) -> Judgement:
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        size=attempt.sent_s - event.t,
        witness=(event.seq, *witness, attempt.seq),
        sentence=(
            f"{Gap.CORRELATION}: '{event}' of instance '{event.instance}', sent after it was deleted, {what}; expected "
            f"it to be ignored with any answer below 500; look where a webhook's instance is looked up by its name "
            f"without asking which session or incarnation it is of"
        ),
    )
