"""I19: what was acknowledged before the backend was restarted still takes effect after it.

Evolution never sends again what was answered with a 2xx, so a webhook that only lived in memory is gone for good.
"""

from collections.abc import Iterator

from scenarios.downtime import Downtime, downtimes
from scenarios.effects import Effect, Word, effect_of
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant

# What was acknowledged so shortly before may not have been applied yet.
ACKED_S_MAX = 30.0
# So long after the backend is back the effect must be there to be seen.
EFFECT_S_MAX = 10.0
_ENDS = frozenset({"kill", "restart"})


@invariant("I19", gap=Duty.RECOVERY, title="a restart between acknowledgement and effect loses nothing")
def restart_loses_nothing(history: History) -> Iterator[Judgement]:
    """Judge every webhook acknowledged shortly before the backend went, whose effect had not been seen yet."""
    for away in downtimes(history, "backend"):
        if away.how not in _ENDS or away.up_s > history.end_s:
            continue
        for event in history.events.values():
            taken = history.taken(event)
            if taken and away.down_s - ACKED_S_MAX <= taken[0].ended_s <= away.down_s:
                yield from _judge(history, event, taken[0], away)


def _judge(history: History, event: Event, taken: Attempt, away: Downtime) -> Iterator[Judgement]:
    effect = effect_of(history, event, by_s=away.up_s + EFFECT_S_MAX)
    if effect.word is Word.MISSING:
        yield _broken(event, taken, away, effect)
    elif effect.word is Word.SHOWN and effect.at_s is not None and effect.at_s > away.down_s:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=taken.ended_s)


def _broken(event: Event, taken: Attempt, away: Downtime, effect: Effect) -> Judgement:
    before_s = away.down_s - taken.ended_s
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=taken.ended_s,
        size=EFFECT_S_MAX,
        witness=(event.seq, taken.seq, *away.witness, *effect.witness),
        sentence=(
            f"{Duty.RECOVERY}: '{event}' of instance '{event.instance}' was answered {taken.status} {before_s:.2f} s "
            f"before the backend went ({away.how}), and {EFFECT_S_MAX:g} s after it was back people saw "
            f"{effect.shown_instead}; expected its effect, for Evolution never repeats what was acknowledged; "
            f"look whether a webhook is kept durably before it is answered"
        ),
    )
