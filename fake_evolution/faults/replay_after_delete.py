"""replay-after-delete: a webhook comes again when its instance is long gone."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import fault
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("replay-after-delete")
@dataclass(frozen=True, slots=True)
class ReplayAfterDelete:
    """Send every attempt, and the same once more `after_s` seconds after its instance was removed."""

    after_s: float = 1.0

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan with its revenants."""
        again = (replace(attempt, due_s=self.after_s, hold_past=0, after_removal=True) for attempt in plan)
        return (*plan, *again)
