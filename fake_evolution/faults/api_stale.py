"""api-stale: the imitated API tells what was true a while ago."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import api_fault
from fake_evolution.plan import Treatment
from fake_evolution.rng import Draws


@api_fault("api-stale")
@dataclass(frozen=True, slots=True)
class ApiStale:
    """Answer what the same call was answered the last time, at least `age_s` seconds ago; a first call as it is."""

    age_s: float = 0.0

    def treat(self, treatment: Treatment, _draws: Draws) -> Treatment:
        """The treatment, out of date."""
        return replace(treatment, stale_s=self.age_s)
