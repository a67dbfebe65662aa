"""api-rate-limit: the imitated API has had enough."""

from dataclasses import dataclass, replace
from math import ceil

import orjson

from fake_evolution.faults.base import api_fault
from fake_evolution.plan import Treatment
from fake_evolution.rng import Draws

_BODY = orjson.dumps({"status": 429, "error": "Too Many Requests", "response": {"message": ["Too Many Requests"]}})


@api_fault("api-rate-limit")
@dataclass(frozen=True, slots=True)
class ApiRateLimit:
    """Refuse with 429 and a Retry-After of `retry_after_s` seconds (whole ones, rounded up)."""

    retry_after_s: float = 5.0

    def treat(self, treatment: Treatment, _draws: Draws) -> Treatment:
        """The treatment, refused."""
        headers = (*treatment.headers, ("retry-after", str(ceil(self.retry_after_s))))
        return replace(treatment, status=429, body=_BODY, headers=headers, takes_effect=False)
