"""reorder: a webhook is overtaken by the ones that were emitted after it."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import fault
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("reorder")
@dataclass(frozen=True, slots=True)
class Reorder:
    """Hold every attempt until `past` later deliveries of its instance have ended, at most `hold_s_max` seconds."""

    past: int = 1
    hold_s_max: float = 10.0

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan, held."""
        return tuple(replace(attempt, hold_past=self.past, hold_s_max=self.hold_s_max) for attempt in plan)
