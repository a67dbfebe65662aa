"""drop-ack: the webhook is received, and its answer gets lost on the way back."""

from dataclasses import dataclass
from math import inf

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import departing
from fake_evolution.plan import Plan
from fake_evolution.rng import Draws


@fault("drop-ack")
@dataclass(frozen=True, slots=True)
class DropAck:
    """Deliver, and hear no answer: the server gives up after `timeout_s` (never: its own timeout) and tries again."""

    timeout_s: float = inf

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan, its answers unheard."""
        return departing(plan, deaf_for_s=self.timeout_s)
