"""When a failed attempt is made again: the real server's rule, as a pure function."""

from dataclasses import dataclass

from fake_evolution.plan import Answer, Outcome
from fake_evolution.rng import Draws


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The WEBHOOK_* settings of the real server, in seconds."""

    timeout_s: float = 30.0
    attempts_max: int = 10
    initial_s: float = 5.0
    exponential: bool = True
    cap_s: float = 300.0
    jitter: float = 0.2
    final_statuses: frozenset[int] = frozenset({400, 401, 403, 404, 422})


def next_delay_s(policy: RetryPolicy, *, attempt: int, answer: Answer, draws: Draws) -> float | None:
    """Seconds to wait after attempt number `attempt` (from 1) ended so; None when there is no further one.

    `min(initial · 2^(attempt - 1), cap)`, ± jitter, never below `initial`; the cap comes before the jitter.
    """
    if answer.outcome is Outcome.OK or answer.status in policy.final_statuses:
        return None
    if attempt >= policy.attempts_max:
        return None
    base_s = policy.initial_s
    if policy.exponential:
        base_s = min(policy.initial_s * 2 ** (attempt - 1), policy.cap_s)
    spread_s = base_s * policy.jitter
    return max(policy.initial_s, base_s + draws.uniform(-spread_s, spread_s))
