"""I14: an old body, rightly signed and taken before, sent again when things have moved on: no effect."""

from collections.abc import Iterator

from scenarios.causes import Effect, causes_of, trace
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.model import Cause
from scenarios.rules import Duty, Judgement, invariant

_CLICKS = frozenset({Cause.START, Cause.NEW_QR, Cause.DISCONNECT, Cause.DELETE})
_STATES = frozenset({"open", "close", "connecting", "refused"})


@invariant("I14", gap=Duty.AUTHENTICITY, title="an old signed webhook sent again has no effect")
def replayed(history: History) -> Iterator[Judgement]:
    """Judge every webhook that was taken, became old, and was sent again."""
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        told = [event for event in events if event.code is not None or event.state in _STATES]
        for event in told if channel is not None else ():
            received = history.received(event)
            for attempt in received[1:]:
                moved = _moved_on(history, str(channel), event, received[0], attempt)
                if moved is not None:
                    yield from _judge(history, str(channel), event, attempt, moved)


def _moved_on(history: History, channel: str, event: Event, first: Attempt, again: Attempt) -> int | None:
    """What happened to the channel since the body was first taken and was dealt with before it came again."""
    own = {attempt.seq for attempt in history.attempts_for.get(event.event_id, ())}
    ended = {attempt.seq: attempt.ended_s for attempt in history.attempts}
    for one in reversed(causes_of(history, channel)):
        if one.seq in own or one.t <= first.ended_s or one.t > again.sent_s:
            continue
        if one.cause in _CLICKS:
            return one.seq if one.t < again.sent_s - 1.0 else None
        if ended.get(one.seq, one.t) <= again.sent_s and one.seq in ended:
            return one.seq
    return None


def _judge(history: History, channel: str, event: Event, again: Attempt, moved: int) -> Iterator[Judgement]:
    traced = trace(history, channel, event, again)
    if traced.effect is Effect.NONE:
        yield Judgement(holds=True, subject=f"channel {channel}", t=again.ended_s)
    elif traced.effect is Effect.SEEN and traced.before is not None and traced.after is not None:
        age_s = again.sent_s - event.t
        yield Judgement(
            holds=False,
            subject=f"channel {channel}",
            t=traced.after.at_s,
            size=age_s,
            witness=(event.seq, moved, traced.before.seq, again.seq, traced.after.seq),
            sentence=(
                f"{Duty.AUTHENTICITY}: channel {channel} went from {traced.before.status} to {traced.after.status} "
                f"when the body of '{event}', {age_s:.1f} s old and taken before, was sent again; expected no effect; "
                f"look whether what was taken once is remembered, and the age and session of a body checked"
            ),
        )
