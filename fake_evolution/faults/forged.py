"""forged: somebody who is not the server sends what looks like its webhook."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import impostors
from fake_evolution.plan import Plan, Webhook
from fake_evolution.rng import Draws

_CREDENTIAL = re.compile(r"authorization|cookie|key|token|secret|signature|password", re.IGNORECASE)


class Proof(StrEnum):
    """What a forged webhook shows for itself."""

    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class _Unproven:
    proof: Proof

    def edit(self, webhook: Webhook) -> Webhook:
        """The webhook with its credentials taken away or spoiled."""
        found = {name for name in webhook.headers if _CREDENTIAL.search(name)}
        kept = {name: value for name, value in webhook.headers.items() if name not in found}
        if self.proof is Proof.WRONG:
            kept |= {name: _spoiled(webhook.headers[name]) for name in sorted(found)}
            kept = kept if found else {**kept, "authorization": "Bearer forged"}
        return replace(webhook, headers=kept)


@fault("forged")
@dataclass(frozen=True, slots=True)
class Forged:
    """Send beside every attempt, or `instead` of it, a forged copy whose proof of origin is `wrong` or `missing`."""

    proof: Proof = Proof.WRONG
    instead: bool = False

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan with its forgeries; those are never tried again."""
        forgeries = impostors(plan, _Unproven(self.proof))
        return forgeries if self.instead else (*plan, *forgeries)


def _spoiled(value: str) -> str:
    """The same shape, and not valid: a token keeps its claims and loses its signature's truth."""
    head, dot, tail = value.rpartition(".") if "." in value else value.rpartition(" ")
    return head + dot + "".join(_SHIFTED.get(letter, letter) for letter in tail)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SHIFTED = dict(zip(_LETTERS, _LETTERS[1:] + _LETTERS[:1], strict=True))
