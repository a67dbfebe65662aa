"""reset: the connection breaks in the middle of the body."""

from dataclasses import dataclass

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import departing
from fake_evolution.plan import Ending, Plan
from fake_evolution.rng import Draws

_LESS_THAN_ALL = 0.999_999


@fault("reset")
@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection (TCP RST) once `sent_share` of the body was sent."""

    sent_share: float = 0.5

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan, cut off."""
        return departing(plan, sent_share=min(self.sent_share, _LESS_THAN_ALL), ending=Ending.RESET)
