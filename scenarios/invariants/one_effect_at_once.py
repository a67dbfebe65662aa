"""I2: the same event twice, at the same moment: one effect.

Both copies find that nobody has dealt with the event yet. Only a decision that the database makes (a unique key, a
lock on the row) tells them apart.
"""

from collections.abc import Iterator

from scenarios.history import History
from scenarios.repeats import Distance, judge_repeats
from scenarios.rules import Gap, Judgement, invariant


@invariant("I2", gap=Gap.IDEMPOTENCY, title="the same event twice at the same moment has one effect")
def one_effect_at_once(history: History) -> Iterator[Judgement]:
    """Judge every copy of a QR, an `open`, a `close` or a message that was sent before the first was answered."""
    advice = "look whether 'was it applied before?' and 'apply it' are one step, by a unique key or under a lock"
    yield from judge_repeats(history, Distance.AT_ONCE, advice=advice)
