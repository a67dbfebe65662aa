"""slow-body: a sender that takes its time."""

from dataclasses import dataclass

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import departing
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("slow-body")
@dataclass(frozen=True, slots=True)
class SlowBody:
    """Let the body trickle in, evenly spread over `over_s` seconds."""

    over_s: float = 20.0

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan, trickling."""
        return departing(plan, body_over_s=self.over_s)
