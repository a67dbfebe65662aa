"""api-error: the imitated API answers with an error status."""

from dataclasses import dataclass, replace
from http import HTTPStatus

import orjson

from fake_evolution.faults.base import api_fault
from fake_evolution.plan import Treatment
from fake_evolution.rng import Draws

_LEAST, _MOST = 400, 599


@api_fault("api-error")
@dataclass(frozen=True, slots=True)
class ApiError:
    """Answer with an error `status`; with `takes_effect` what was asked happens all the same."""

    status: int = 500
    takes_effect: bool = False

    def __post_init__(self) -> None:
        if not _LEAST <= self.status <= _MOST:
            raise ValueError(f"a status from {_LEAST} to {_MOST}")

    def treat(self, treatment: Treatment, _draws: Draws) -> Treatment:
        """The treatment with this status, and a body in the server's own shape."""
        phrase = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Error"
        body = orjson.dumps({"status": self.status, "error": phrase, "response": {"message": [phrase]}})
        takes_effect = treatment.takes_effect and self.takes_effect
        return replace(treatment, status=self.status, body=body, takes_effect=takes_effect)
