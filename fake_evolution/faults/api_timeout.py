"""api-timeout: the imitated API never answers."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import api_fault
from fake_evolution.plan import Treatment
from fake_evolution.rng import Draws


@api_fault("api-timeout")
@dataclass(frozen=True, slots=True)
class ApiTimeout:
    """Take the call, and say nothing until the caller hangs up, or `close_after_s` seconds have passed."""

    close_after_s: float = 300.0
    takes_effect: bool = True

    def treat(self, treatment: Treatment, _draws: Draws) -> Treatment:
        """The treatment, silent."""
        takes_effect = treatment.takes_effect and self.takes_effect
        return replace(treatment, delay_s=self.close_after_s, silent=True, takes_effect=takes_effect)
