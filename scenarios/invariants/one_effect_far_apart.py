"""I3: the same event again, after the window of deduplication or after a restart: one effect."""

from collections.abc import Iterator

from scenarios.history import History
from scenarios.repeats import Distance, judge_repeats
from scenarios.rules import Gap, Judgement, invariant


@invariant("I3", gap=Gap.IDEMPOTENCY, title="the same event long after, or after a restart, has one effect")
def one_effect_far_apart(history: History) -> Iterator[Judgement]:
    """Judge every copy that came a minute later or more, or after the backend, its database or Redis was away."""
    advice = "look whether what was applied is remembered in memory or for a while only, and not with its effect"
    yield from judge_repeats(history, Distance.FAR, advice=advice)
