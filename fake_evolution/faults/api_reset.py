"""api-reset: the imitated API breaks the connection instead of answering."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import api_fault
from fake_evolution.plan import Treatment
from fake_evolution.rng import Draws


@api_fault("api-reset")
@dataclass(frozen=True, slots=True)
class ApiReset:
    """Reset the caller's connection (TCP RST) instead of answering; with `takes_effect` what was asked happens."""

    takes_effect: bool = True

    def treat(self, treatment: Treatment, _draws: Draws) -> Treatment:
        """The treatment, cut off."""
        return replace(treatment, reset=True, takes_effect=treatment.takes_effect and self.takes_effect)
