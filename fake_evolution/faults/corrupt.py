"""corrupt: what arrives is not what was meant."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import departing, edited, envelope_of, with_envelope
from fake_evolution.plan import Ending, Plan, Webhook
from fake_evolution.rng import Draws

_KEPT_SHARE_MIN, _KEPT_SHARE_MAX = 0.2, 0.8


class Damage(StrEnum):
    """What can be wrong with a body."""

    TRUNCATED_JSON = "truncated-json"  # cut off, and announced as long as it is
    TRUNCATED_BODY = "truncated-body"  # cut off, and announced in its full length; then the connection closes
    WRONG_TYPES = "wrong-types"  # every member of `data` has another type
    MISSING_DATA = "missing-data"  # no `data` at all
    UNKNOWN_EVENT = "unknown-event"  # an event nobody has heard of
    UNKNOWN_STATE = "unknown-state"  # `data.state` and `data.status` in no known word


@dataclass(frozen=True, slots=True)
class _Spoiled:
    """The body with this damage; of a cut one `kept_share` is left."""

    how: Damage
    kept_share: float = 1.0

    def edit(self, webhook: Webhook) -> Webhook:
        """The damaged webhook; a body that is spoiled already stays as it is."""
        if self.how is Damage.TRUNCATED_JSON:
            return replace(webhook, body=webhook.body[: int(len(webhook.body) * self.kept_share)])
        envelope = envelope_of(webhook)
        if envelope is None:
            return webhook
        if self.how is Damage.MISSING_DATA:
            return with_envelope(replace(webhook, body=b"{}"), **{k: v for k, v in envelope.items() if k != "data"})
        if self.how is Damage.UNKNOWN_EVENT:
            return with_envelope(webhook, event=f"{envelope.get('event')}.unheard-of")
        change = _retyped if self.how is Damage.WRONG_TYPES else _unknown_words
        return with_envelope(webhook, data=change(envelope.get("data")))


@fault("corrupt")
@dataclass(frozen=True, slots=True)
class Corrupt:
    """Send a damaged body: truncated-json, truncated-body, wrong-types, missing-data, unknown-event, unknown-state."""

    how: Damage = Damage.TRUNCATED_JSON

    def apply(self, plan: Plan, draws: Draws) -> Plan:
        """The plan with damaged bodies."""
        kept_share = draws.uniform(_KEPT_SHARE_MIN, _KEPT_SHARE_MAX)
        if self.how is Damage.TRUNCATED_BODY:
            return departing(plan, sent_share=kept_share, ending=Ending.CLOSE)
        return edited(plan, _Spoiled(self.how, kept_share if self.how is Damage.TRUNCATED_JSON else 1.0))


def _retyped(value: Any) -> Any:
    """Members become what nobody expects there: objects lists, lists texts, texts numbers, the rest objects."""
    if isinstance(value, dict):
        return {name: _of_another_type(part) for name, part in value.items()}
    return _of_another_type(value)


def _of_another_type(value: Any) -> Any:
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, list):
        return str(len(value))
    return len(value) if isinstance(value, str) else {"value": value}


def _unknown_words(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {**value, **{name: "half-open" for name in ("state", "status") if name in value}}
