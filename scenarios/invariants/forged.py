"""I13: a forged webhook: refused with 401 or 403, and without effect."""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.causes import Effect, trace
from scenarios.downtime import disturbed
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant

_FAULT = "forged"
_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@invariant("I13", gap=Duty.AUTHENTICITY, title="a forged webhook is refused and changes nothing")
def forged(history: History) -> Iterator[Judgement]:
    """Judge every attempt that somebody else than the server sent."""
    for event in history.events.values():
        for attempt in history.attempts_for.get(event.event_id, ()):
            if _is_forged(history, attempt):
                yield from _judge(history, event, attempt)


def _is_forged(history: History, attempt: Attempt) -> bool:
    """Forgeries are edited and sent once; with another edit beside them nobody can tell which it is."""
    kinds = history.fault_kinds(attempt)
    return {"edited", "once"} <= set(attempt.wire) and _FAULT in kinds and "wrong-instance" not in kinds


def _judge(history: History, event: Event, attempt: Attempt) -> Iterator[Judgement]:
    channel = history.channel_of.get(event.instance)
    traced = None if channel is None else trace(history, channel, event, attempt)
    if traced is not None and traced.effect is Effect.SEEN and traced.after is not None:
        what = f"took effect: the channel showed {traced.after.status}"
        yield _broken(event, attempt, what, traced.after.seq)
    elif attempt.ok and _is_known(history, channel, event, attempt):
        yield _broken(event, attempt, f"was answered {attempt.status}")
    elif (attempt.status or 0) >= _SERVER_ERROR and not disturbed(history, attempt.sent_s, attempt.ended_s):
        yield _broken(event, attempt, f"was answered {attempt.status}, which asks for it again")
    elif attempt.status in _REFUSED:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=attempt.ended_s)


def _is_known(history: History, channel: str | None, event: Event, attempt: Attempt) -> bool:
    """Whether the backend must know the instance, and so whose signature to expect.

    While a channel is being created or deleted it may rightly say that it never heard of it.
    """
    if history.phase_at(event.instance, attempt.ended_s) in {None, "removed"}:
        return False
    if channel is None:
        return True
    return not any(
        click.action == "delete" and click.t <= attempt.ended_s for click in history.clicks_of.get(channel, ())
    )


def _broken(event: Event, attempt: Attempt, what: str, *witness: int) -> Judgement:
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        witness=(event.seq, attempt.seq, *witness),
        sentence=(
            f"{Duty.AUTHENTICITY}: a forged '{event}' of instance '{event.instance}' {what}; expected 401 or 403 and "
            f"no effect; look whether the webhook's route checks the token that Evolution signs before anything else"
        ),
    )
