"""clock-skew: the server's clock goes wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import edited, envelope_of, with_envelope
from fake_evolution.plan import Plan, Webhook
from fake_evolution.rng import Draws

_SKEW_S_MAX = 10 * 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class _Shifted:
    by_s: float

    def edit(self, webhook: Webhook) -> Webhook:
        """The webhook with its `date_time` moved; it keeps its false Z."""
        written = (envelope_of(webhook) or {}).get("date_time")
        if not isinstance(written, str):
            return webhook
        moment = datetime.fromisoformat(written) + timedelta(seconds=self.by_s)
        return with_envelope(webhook, date_time=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


@fault("clock-skew")
@dataclass(frozen=True, slots=True)
class ClockSkew:
    """Write a `date_time` that is `ahead_s` seconds too late or `behind_s` too early; the token keeps its time."""

    ahead_s: float = 0.0
    behind_s: float = 0.0

    def __post_init__(self) -> None:
        if (self.ahead_s > 0) == (self.behind_s > 0) or max(self.ahead_s, self.behind_s) > _SKEW_S_MAX:
            raise ValueError("either `ahead` or `behind`, a time above 0 and at most ten years")

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan with wrong times written on it."""
        return edited(plan, _Shifted(self.ahead_s - self.behind_s))
