"""People who do not know of each other: exponential gaps, so that bursts happen by themselves."""

from itertools import accumulate
from random import Random

from load.profiles import profile


@profile("poisson")
def poisson(rng: Random, count: int, per_s: float) -> tuple[float, ...]:
    """The first arrival comes at 0, the others after gaps with mean 1 / rate."""
    gaps = (rng.expovariate(per_s) for _ in range(count - 1))
    return tuple(accumulate(gaps, initial=0.0)) if count else ()
