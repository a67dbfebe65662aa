"""I20: while database, Redis or the way to them is away, a webhook is refused so that it comes again, or it is kept.

Evolution repeats what was answered 5xx (or not at all) and gives up for good at 400, 401, 403, 404 and 422. What is
answered 2xx during an outage must take effect after it; what was refused and came again takes effect once.
"""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.conversing import SETTLE_S, copies, is_readable, message_id, read_after
from scenarios.downtime import Downtime, downtimes
from scenarios.effects import Word, effect_of
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant

# So long after all is back what was taken during the outage must be there to be seen.
EFFECT_S_MAX = 10.0
_FINAL = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)


@invariant("I20", gap=Duty.RECOVERY, title="an outage behind the backend loses no webhook and leaves no half effect")
def outage_is_retried(history: History) -> Iterator[Judgement]:
    """Judge every webhook that was sent while the database or Redis was away."""
    for away in downtimes(history, "database", "redis"):
        for event in history.events.values():
            for attempt in history.attempts_for.get(event.event_id, ()):
                if away.covers(attempt.sent_s) and not attempt.wire:
                    yield from _judge(history, event, attempt, away)
            yield from _judge_once(history, event, away)


def _judge(history: History, event: Event, attempt: Attempt, away: Downtime) -> Iterator[Judgement]:
    if attempt.status in _FINAL:
        if _is_alive(history, event, attempt):
            yield _broken(event, attempt, away, "for which Evolution gives it up for good", *away.witness)
    elif not attempt.ok:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=attempt.ended_s)
    elif away.up_s <= history.end_s:
        effect = effect_of(history, event, by_s=max(away.up_s, attempt.ended_s) + EFFECT_S_MAX)
        if effect.word is Word.MISSING:
            what = f"and {EFFECT_S_MAX:g} s after all was back people saw {effect.shown_instead}"
            yield _broken(event, attempt, away, what, *away.witness, *effect.witness)
        elif effect.word is Word.SHOWN:
            yield Judgement(holds=True, subject=f"instance {event.instance}", t=attempt.ended_s)


def _is_alive(history: History, event: Event, attempt: Attempt) -> bool:
    """Whether its instance is there and its channel was not left: what is refused then is refused wrongly."""
    channel = history.channel_of.get(event.instance)
    left = channel is not None and history.next_click(channel, event.t, "disconnect", "delete")
    gone = history.phase_at(event.instance, attempt.sent_s) in {None, "removed"}
    return channel is not None and not gone and not (left and left.t <= attempt.ended_s)


def _judge_once(history: History, event: Event, away: Downtime) -> Iterator[Judgement]:
    """A message that was refused during the outage and taken later is there once."""
    channel = history.channel_of.get(event.instance)
    attempts = history.attempts_for.get(event.event_id, ())
    refused = [one for one in attempts if away.covers(one.sent_s) and not one.ok and not one.wire]
    taken = [one for one in history.taken(event) if one.sent_s > away.down_s]
    if channel is None or not refused or not taken or not is_readable(event):
        return
    read = read_after(history, channel, taken[-1].ended_s + SETTLE_S)
    count = 0 if read is None else len(copies(read, message_id(event) or ""))
    if read is not None and count > 1:
        what = f"came again, and stood {count} times in the conversation: the first try had half an effect"
        yield _broken(event, refused[0], away, what, taken[-1].seq, read.seq)
    elif count == 1:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=taken[-1].ended_s)


def _broken(event: Event, attempt: Attempt, away: Downtime, what: str, *witness: int) -> Judgement:
    answer = "not answered" if attempt.status is None else f"answered {attempt.status}"
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        witness=(event.seq, attempt.seq, *witness),
        sentence=(
            f"{Duty.RECOVERY}: '{event}' of instance '{event.instance}' was {answer} while the {away} was away, "
            f"{what}; expected a 5xx, so that Evolution sends it again, and one whole effect in the end; "
            f"look where a webhook is answered before what it brings is safely stored"
        ),
    )
