"""duplicate: the same webhook again, as after an answer that got lost."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import fault
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("duplicate")
@dataclass(frozen=True, slots=True)
class Duplicate:
    """Send every attempt `copies` more times, `gap_s` seconds apart (0: at the same moment).

    Without a gap the copies are concurrent, with 300 ms they come one after the other, with 20 m much later.
    """

    copies: int = 1
    gap_s: float = 0.0

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan with its copies."""
        return tuple(
            replace(attempt, due_s=attempt.due_s + copy * self.gap_s)
            for attempt in plan
            for copy in range(self.copies + 1)
        )
