"""api-garbage: the imitated API answers with something that is no JSON."""

from dataclasses import dataclass, replace

from fake_evolution.faults.base import api_fault
from fake_evolution.plan import Treatment
from fake_evolution.rng import Draws

_PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


@api_fault("api-garbage")
@dataclass(frozen=True, slots=True)
class ApiGarbage:
    """Answer 200 with a proxy's error page where JSON belongs; with `takes_effect` what was asked happens."""

    takes_effect: bool = True

    def treat(self, treatment: Treatment, _draws: Draws) -> Treatment:
        """The treatment with a body that nobody can parse."""
        takes_effect = treatment.takes_effect and self.takes_effect
        return replace(treatment, status=200, body=_PAGE, takes_effect=takes_effect)
