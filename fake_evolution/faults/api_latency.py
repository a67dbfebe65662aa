"""api-latency: the imitated API answers late."""

from dataclasses import dataclass, replace

from fake_evolution.distributions import Duration, drawn_s
from fake_evolution.faults.base import api_fault
from fake_evolution.plan import Treatment
from fake_evolution.rng import Draws


@api_fault("api-latency")
@dataclass(frozen=True, slots=True)
class ApiLatency:
    """Let every answer of the imitated API wait `latency_s` seconds (fixed or drawn) after it is made."""

    latency_s: Duration

    def treat(self, treatment: Treatment, draws: Draws) -> Treatment:
        """The treatment, later."""
        return replace(treatment, delay_s=treatment.delay_s + drawn_s(self.latency_s, draws))
