"""I11: an event of an instance that was deleted, also under the name of a new one: ignored, nobody is touched."""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.causes import Effect, trace
from scenarios.downtime import disturbed
from scenarios.ghosts import Ghost, excused_by, ghosts_of
from scenarios.happened import Attempt
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via

# So long after the ghost a deleted channel is looked for on the page.
SETTLE_S = 3.0
_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR


@invariant("I11", gap=Gap.CORRELATION, title="events of a deleted instance are ignored, a new one is untouched")
def after_removal(history: History) -> Iterator[Judgement]:
    """Judge every webhook that was sent after its instance was removed."""
    for ghost in ghosts_of(history):
        yield from _judge(history, ghost)


def _judge(history: History, ghost: Ghost) -> Iterator[Judgement]:
    event, attempt = ghost.event, ghost.attempt
    if (attempt.status or 0) >= _SERVER_ERROR:
        if not disturbed(history, attempt.sent_s, attempt.ended_s):
            yield _broken(ghost, f"was answered {attempt.status}")
        return
    channel = history.channel_of.get(event.instance)
    if channel is None or attempt.status is None:
        return
    back = _came_back(history, channel, attempt)
    traced = trace(history, channel, event, attempt, excuses=excused_by(history, channel, ghost))
    if back is not None:
        yield _broken(ghost, f"brought the deleted channel back as {back.status}", back.seq)
    elif traced.effect is Effect.SEEN and traced.after is not None:
        yield _broken(ghost, f"made the channel show {traced.after.status}", traced.after.seq)
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


def _broken(ghost: Ghost, what: str, *witness: int) -> Judgement:
    event, attempt = ghost.event, ghost.attempt
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        size=attempt.sent_s - event.t,
        witness=(event.seq, ghost.gone.seq, *witness, attempt.seq),
        sentence=(
            f"{Gap.CORRELATION}: '{event}' of instance '{event.instance}', sent after it was deleted, {what}; expected "
            f"it to be ignored with any answer below 500; look where a webhook's instance is looked up by its name "
            f"without asking which session or incarnation it is of"
        ),
    )
