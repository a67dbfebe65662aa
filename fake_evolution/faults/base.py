"""What a fault is, when its rule strikes, and the chain of all rules.

    plan ─▶ rule 1 ─▶ rule 2 ─▶ … ─▶ plan
              │ matches the delivery? drawn? then its fault rewrites the plan and a firing is noted

Every rule draws from a row of its own, keyed by its name and the delivery: a further rule, another instance or another
order of arrival changes nothing of what a rule decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar

from fake_evolution.plan import Delivery, Plan
from fake_evolution.rng import Draws, Rng


class Fault(Protocol):
    """One way to go wrong: a frozen dataclass, registered by `@fault`."""

    def apply(self, plan: Plan, draws: Draws, /) -> Plan:
        """The plan after the fault."""


AnyFault = TypeVar("AnyFault", bound=type)

_REGISTRY: dict[str, Any] = {}
_NAMES: dict[type, str] = {}


def fault(name: str) -> Callable[[AnyFault], AnyFault]:
    """Register a class as the fault of this name."""

    def register(cls: AnyFault) -> AnyFault:
        if name in _REGISTRY:
            raise RuntimeError(f"two faults are called '{name}'")
        _REGISTRY[name], _NAMES[cls] = cls, name
        return cls

    return register


def registered() -> Mapping[str, type[Fault]]:
    """All faults by name, sorted."""
    return dict(sorted(_REGISTRY.items()))


@dataclass(frozen=True, slots=True)
class Selector:
    """Which deliveries a rule is about; a field left out matches all.

    `nth` counts, from 1 and per instance, the deliveries that event, instance and state match; `attempt` says which
    of a delivery's attempts are meant (an empty one: all).
    """

    event: str = "*"
    instance: str = "*"
    state: str | None = None
    nth: tuple[int, ...] = ()
    attempt: tuple[int, ...] = (1,)

    def matches(self, delivery: Delivery) -> bool:
        """Whether this delivery is meant, `nth` and `attempt` aside."""
        return (
            fnmatchcase(delivery.event, self.event)
            and fnmatchcase(delivery.instance, self.instance)
            and self.state in (None, delivery.state)
        )


@dataclass(frozen=True, slots=True)
class FaultRule:
    """Where, when and how often a fault strikes; `name` is unique in a world and keys its chance."""

    name: str
    fault: Fault
    probability: float = 1.0
    select: Selector = Selector()

    @property
    def kind(self) -> str:
        """The name under which the fault is registered."""
        return _NAMES[type(self.fault)]

    def describe(self) -> dict[str, Any]:
        """The rule as a JSON object."""
        return {
            "name": self.name,
            "fault": self.kind,
            **{item.name: getattr(self.fault, item.name) for item in fields(self.fault)},  # type: ignore[arg-type]
            "probability": self.probability,
            "select": {item.name: getattr(self.select, item.name) for item in fields(self.select)},
        }


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule struck: the plan before and after."""

    rule: FaultRule
    before: Plan
    after: Plan


class Chain:
    """All rules of a world, in order."""

    def __init__(self, rules: Sequence[FaultRule], rng: Rng) -> None:
        self.rules = tuple(rules)
        self._rng = rng
        self._matched: dict[tuple[str, str], int] = {}
        self._numbers: dict[tuple[str, str], int] = {}  # of deliveries whose further attempts a rule is about, too

    def apply(self, plan: Plan, delivery: Delivery, *, attempt: int = 1) -> tuple[Plan, tuple[Firing, ...]]:
        """The plan after all rules, and which of them struck; without rules the very same plan."""
        firings = []
        for rule in self.rules:
            if not rule.select.matches(delivery) or not self._is_nth(rule, delivery, attempt):
                continue
            if rule.select.attempt and attempt not in rule.select.attempt:
                continue
            draws = self._rng.keyed("fault", rule.name, delivery.delivery_id, attempt)
            if draws.unit() >= rule.probability:
                continue
            before, plan = plan, rule.fault.apply(plan, draws)
            firings.append(Firing(rule, before, plan))
        return plan, tuple(firings)

    def _is_nth(self, rule: FaultRule, delivery: Delivery, attempt: int) -> bool:
        if not rule.select.nth:
            return True
        own = (rule.name, delivery.delivery_id)
        if attempt > 1:
            return self._numbers.get(own) in rule.select.nth
        key = (rule.name, delivery.instance)
        number = self._matched[key] = self._matched.get(key, 0) + 1
        if rule.select.attempt != (1,):
            self._numbers[own] = number
        return number in rule.select.nth
