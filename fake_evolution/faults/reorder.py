"""reorder: a webhook is overtaken by the ones that were emitted after it."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import fault
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("reorder")
@dataclass(frozen=True, slots=True)
class Reorder:
    """Hold every attempt until `past` later deliveries of its instance have ended, at most `hold_s_max` seconds.

    1 swaps neighbours. With `permute` every delivery draws how many it lets pass, from none to `past`: so none moves
    by more than `past` places.
    """

    past: int = 1
    hold_s_max: float = 10.0
    permute: bool = False

    def apply(self, plan: Plan, draws: Draws) -> Plan:
        """The plan, held."""
        past = draws.integer(self.past + 1) if self.permute else self.past
        return tuple(replace(attempt, hold_past=past, hold_s_max=self.hold_s_max) for attempt in plan)
