"""I1: the same event twice, one after the other: one effect."""

from collections.abc import Iterator

from scenarios.history import History
from scenarios.repeats import Distance, judge_repeats
from scenarios.rules import Gap, Judgement, invariant


@invariant("I1", gap=Gap.IDEMPOTENCY, title="the same event twice has one effect")
def one_effect(history: History) -> Iterator[Judgement]:
    """Judge every second and further copy of a QR, an `open`, a `close` or a message, sent after the first ended."""
    advice = "look where a webhook is applied without asking whether it was before"
    yield from judge_repeats(history, Distance.SOON, advice=advice)
