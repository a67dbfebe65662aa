"""When a rule strikes, and the chain of all rules.

    plan ─▶ rule 1 ─▶ rule 2 ─▶ … ─▶ plan
              │ matches the delivery? drawn? then its fault rewrites the plan and a firing is noted

Every rule draws from a row of its own, keyed by its name and the delivery: a further rule, another instance or another
order of arrival changes nothing of what a rule decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from fake_evolution.faults.base import ApiFault, Fault, FaultRule
from fake_evolution.plan import AS_IT_IS, ApiCall, Delivery, Plan, Treatment
from fake_evolution.rng import Draws, Rng


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule struck: the plan (or the treatment of an answer) before and after."""

    rule: FaultRule
    before: Plan | Treatment
    after: Plan | Treatment


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds since the world began, and which attempt of a delivery it is."""

    at_s: float = 0.0
    attempt: int = 1


class Chain:
    """All rules of a world, in order."""

    def __init__(self, rules: Sequence[FaultRule], rng: Rng) -> None:
        self.rules = tuple(rules)
        self._rng = rng
        self._for_deliveries = tuple(rule for rule in self.rules if not rule.is_for_api)
        self._for_api = tuple(rule for rule in self.rules if rule.is_for_api)
        self._matched: dict[tuple[str, str], int] = {}
        self._numbers: dict[tuple[str, str], int] = {}  # of deliveries whose further attempts a rule is about, too
        self._fates: dict[tuple[str, str, int], bool] = {}  # the last decision of rules whose decisions are correlated

    @property
    def treats_calls(self) -> bool:
        """Whether any rule is about answers of the API."""
        return bool(self._for_api)

    def apply(
        self, plan: Plan, delivery: Delivery, *, attempt: int = 1, at_s: float = 0.0
    ) -> tuple[Plan, tuple[Firing, ...]]:
        """The plan after all rules, and which of them struck; without rules the very same plan."""
        if not self._for_deliveries:
            return plan, ()
        firings = []
        moment = Moment(at_s, attempt)
        for rule in self._for_deliveries:
            select = rule.select
            if not select.matches(delivery) or not self._is_nth(rule, delivery.instance, delivery.delivery_id, attempt):
                continue
            if select.attempt and attempt not in select.attempt:
                continue
            draws = self._rng.keyed("fault", rule.name, delivery.delivery_id, attempt)
            if not self._strikes(rule, delivery.instance, moment, draws):
                continue
            before, plan = plan, cast("Fault", rule.fault).apply(plan, draws)
            firings.append(Firing(rule, before, plan))
        return plan, tuple(firings)

    def treat(self, call: ApiCall, *, at_s: float = 0.0) -> tuple[Treatment, tuple[Firing, ...]]:
        """What becomes of the answer to a call, and which rules struck; without rules it is as it is."""
        treatment, firings = AS_IT_IS, []
        for rule in self._for_api:
            key = f"{call.method} {call.path} {call.number}"
            if not rule.select.matches_call(call) or not self._is_nth(rule, call.instance, key, 1):
                continue
            draws = self._rng.keyed("api fault", rule.name, key)
            if not self._strikes(rule, call.instance, Moment(at_s), draws):
                continue
            before, treatment = treatment, cast("ApiFault", rule.fault).treat(treatment, draws)
            firings.append(Firing(rule, before, treatment))
        return treatment, tuple(firings)

    def _strikes(self, rule: FaultRule, instance: str, moment: Moment, draws: Draws) -> bool:
        if not rule.select.covers(moment.at_s):
            return False
        if rule.select.share < 1 and self._rng.keyed("share", rule.name, instance).unit() >= rule.select.share:
            return False
        struck = draws.unit() < rule.probability
        if not rule.correlation:
            return struck
        own = (rule.name, instance, moment.attempt)
        if own in self._fates and draws.unit() < rule.correlation:
            struck = self._fates[own]
        self._fates[own] = struck
        return struck

    def _is_nth(self, rule: FaultRule, instance: str, subject: str, attempt: int) -> bool:
        if not rule.select.nth:
            return True
        own = (rule.name, subject)
        if attempt > 1:
            return self._numbers.get(own) in rule.select.nth
        key = (rule.name, instance)
        number = self._matched[key] = self._matched.get(key, 0) + 1
        if rule.select.attempt != (1,):
            self._numbers[own] = number
        return number in rule.select.nth
