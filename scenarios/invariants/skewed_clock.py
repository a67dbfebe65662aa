"""I23: the newest by source wins even when `date_time` is wrong: order does not rest on the provider's clock alone."""

from collections.abc import Iterator

from scenarios.effects import Word, effect_of
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant

SKEW = "clock-skew"
# So long after the newest webhook was taken its effect must be on the page.
EFFECT_S_MAX = 5.0


@invariant("I23", gap=Gap.IDEMPOTENCY, title="order does not rest on date_time alone")
def skewed_clock(history: History) -> Iterator[Judgement]:
    """Judge every webhook that brings something new after one of the two had a wrong time on it."""
    for instance, events in history.events_of.items():
        earlier, skewed_earlier = False, None
        for event in events:
            taken = history.taken(event)
            if not taken or (event.code is None and event.state is None):
                continue
            own = next((one for one in taken if SKEW in history.fault_kinds(one)), None)
            skewed = own or skewed_earlier
            if earlier and skewed is not None:
                yield from _judge(history, instance, event, taken[0], skewed)
            earlier, skewed_earlier = True, skewed


def _judge(history: History, instance: str, event: Event, taken: Attempt, skewed: Attempt) -> Iterator[Judgement]:
    effect = effect_of(history, event, by_s=taken.ended_s + EFFECT_S_MAX)
    if effect.word is Word.SHOWN:
        yield Judgement(holds=True, subject=f"instance {instance}", t=taken.ended_s)
    elif effect.word is Word.MISSING:
        whose = "its own" if skewed.event_id == event.event_id else f"the one of '{skewed.event}' before it"
        yield Judgement(
            holds=False,
            subject=f"instance {instance}",
            t=taken.ended_s,
            size=EFFECT_S_MAX,
            witness=(skewed.seq, event.seq, taken.seq, *effect.witness),
            sentence=(
                f"{Gap.IDEMPOTENCY}: '{event}' of instance '{instance}' was taken with a wrong date_time around "
                f"({whose}), and {EFFECT_S_MAX:g} s later people still saw {effect.shown_instead}; expected the newest "
                f"by source to win; look where events are ordered by date_time without asking Evolution in doubt"
            ),
        )
