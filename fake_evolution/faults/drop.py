"""drop: the webhook is lost for good."""

from dataclasses import dataclass

from fake_evolution.faults.base import fault
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("drop")
@dataclass(frozen=True, slots=True)
class Drop:
    """Send nothing, and never try again."""

    def apply(self, _plan: Plan, _draws: Draws) -> Plan:
        """An empty plan."""
        return ()
