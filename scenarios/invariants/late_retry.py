"""I9: a webhook that arrives by a retry, 5 s to 20 min late: the rule decides, and nothing is corrupted.

The rule: what is still the newest takes effect however late it is; what was overtaken by a newer event or by a click
has none.
"""

from collections.abc import Iterator

from scenarios.causes import SETTLE_S, Effect, Traced, causes_of, trace
from scenarios.downtime import disturbed
from scenarios.effects import Word, effect_of
from scenarios.excuses import excuses
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.model import Cause
from scenarios.rules import Gap, Judgement, invariant

LATE_S_MIN = 5.0
EFFECT_S_MAX = 5.0
_CLICKS = frozenset({Cause.START, Cause.NEW_QR, Cause.DISCONNECT, Cause.DELETE})
_STATES = frozenset({"open", "close", "connecting"})


@invariant("I9", gap=Gap.IDEMPOTENCY, title="a late retry takes effect if it is news, and none if it is not")
def late_retry(history: History) -> Iterator[Judgement]:
    """Judge every retried or late webhook about the connection that the backend took."""
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        told = [event for event in events if event.code is not None or event.state in _STATES]
        for event in told if channel is not None else ():
            received = history.received(event)
            for attempt in received:
                if attempt.number > 1 or attempt.sent_s - event.t >= LATE_S_MIN:
                    newer = _overtaken_by(history, str(channel), event, attempt, told)
                    if newer is not None:
                        possible = excuses(history, str(channel), attempt)
                        traced = trace(history, str(channel), event, attempt, excuses=possible)
                        yield from _judge_stale(event, attempt, newer, traced)
                    elif attempt is received[0]:
                        yield from _judge_news(history, event, attempt)


def _overtaken_by(
    history: History, channel: str, event: Event, attempt: Attempt, told: list[Event]
) -> tuple[int, str] | None:
    """What came after the event and was dealt with before this attempt: a newer event, or a click."""
    for newer in reversed(told):
        if newer.seq <= event.seq:
            break
        taken = history.taken(newer)
        if taken and taken[0].ended_s <= attempt.sent_s:
            return newer.seq, f"'{newer}'"
    for one in causes_of(history, channel):
        if one.cause in _CLICKS and event.t < one.t < attempt.sent_s - SETTLE_S:
            return one.seq, f"the click '{one.cause}'"
    return None


def _judge_stale(event: Event, attempt: Attempt, newer: tuple[int, str], traced: Traced) -> Iterator[Judgement]:
    if traced.effect is Effect.SEEN and traced.after is not None and traced.before is not None:
        what = f"showed {traced.after.status} again after {traced.before.status}, although {newer[1]} was newer"
        yield _judgement(event, attempt, what, newer[0], traced.before.seq, traced.after.seq)
    elif traced.effect is Effect.NONE:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=attempt.ended_s)


def _judge_news(history: History, event: Event, attempt: Attempt) -> Iterator[Judgement]:
    by_s = attempt.ended_s + EFFECT_S_MAX
    found = effect_of(history, event, by_s=by_s)
    if found.word is Word.MISSING and attempt.ok and not disturbed(history, attempt.sent_s, by_s):
        what = f"was still the newest and changed nothing for {EFFECT_S_MAX:g} s: people saw {found.shown_instead}"
        yield _judgement(event, attempt, what, *found.witness)
    elif found.word is Word.SHOWN and found.at_s is not None and found.at_s >= attempt.sent_s:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=attempt.ended_s)


def _judgement(event: Event, attempt: Attempt, what: str, *witness: int) -> Judgement:
    late_s = attempt.sent_s - event.t
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        size=late_s,
        witness=(event.seq, attempt.seq, *witness),
        sentence=(
            f"{Gap.IDEMPOTENCY}: '{event}' of instance '{event.instance}' arrived {late_s:.1f} s late (attempt "
            f"{attempt.number}) and {what}; expected the newest to win, however late what arrives; look where the age "
            f"of a webhook is compared with what is known, and with the session"
        ),
    )
