"""One arrival after the other, evenly spaced."""

from random import Random

from load.profiles import profile


@profile("constant")
def constant(_rng: Random, count: int, per_s: float) -> tuple[float, ...]:
    """Arrival i comes at i / rate: the plainest shape, and the easiest to read in a report."""
    return tuple(index / per_s for index in range(count))
