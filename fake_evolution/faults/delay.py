"""delay: everything comes later."""

from dataclasses import dataclass, replace

from fake_evolution.distributions import Duration, drawn_s
from fake_evolution.faults.base import fault
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("delay")
@dataclass(frozen=True, slots=True)
class Delay:
    """Send every attempt `delay_s` seconds later (fixed or drawn), and up to `jitter_s` more (uniform)."""

    delay_s: Duration
    jitter_s: float = 0.0

    def apply(self, plan: Plan, draws: Draws) -> Plan:
        """The plan, later."""
        late_s = drawn_s(self.delay_s, draws) + (draws.uniform(0, self.jitter_s) if self.jitter_s else 0.0)
        return tuple(replace(attempt, due_s=attempt.due_s + late_s) for attempt in plan)
