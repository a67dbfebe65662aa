"""wrong-instance: the webhook names an instance that it is not about."""

from dataclasses import dataclass

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import edited, envelope_of, impostors, with_envelope
from fake_evolution.plan import Plan, Webhook
from fake_evolution.rng import Draws


@dataclass(frozen=True, slots=True)
class _Renamed:
    claims: str

    def edit(self, webhook: Webhook) -> Webhook:
        """The webhook under the other name."""
        own = (envelope_of(webhook) or {}).get("instance")
        return with_envelope(webhook, instance=self.claims or f"{own}-elsewhere")


@fault("wrong-instance")
@dataclass(frozen=True, slots=True)
class WrongInstance:
    """Name another instance, `claims` or one that does not exist; with `beside` the right webhook is sent, too."""

    claims: str = ""
    beside: bool = False

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan with misleading names; what comes beside the right one is never tried again."""
        edit = _Renamed(self.claims)
        return (*plan, *impostors(plan, edit)) if self.beside else edited(plan, edit)
