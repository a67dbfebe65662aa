"""What a fault is, and the rule that says where, when and how often it strikes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fnmatch import fnmatchcase
from math import inf
from typing import Any, Protocol, TypeVar

from fake_evolution.distributions import Empirical, Lognormal, Pareto, Uniform
from fake_evolution.plan import ApiCall, Delivery, Plan, Treatment
from fake_evolution.rng import Draws


class Fault(Protocol):
    """One way for deliveries to go wrong: a frozen dataclass, registered by `@fault`."""

    def apply(self, plan: Plan, draws: Draws, /) -> Plan:
        """The plan after the fault."""


class ApiFault(Protocol):
    """One way for answers of the imitated API to go wrong: a frozen dataclass, registered by `@api_fault`."""

    def treat(self, treatment: Treatment, draws: Draws, /) -> Treatment:
        """The treatment after the fault."""


AnyFault = Fault | ApiFault
Registered = TypeVar("Registered", bound=type)

_REGISTRY: dict[str, Any] = {}
_API_REGISTRY: dict[str, Any] = {}
_NAMES: dict[type, str] = {}


def fault(name: str) -> Callable[[Registered], Registered]:
    """Register a class as the delivery fault of this name."""
    return _registrar(name, _REGISTRY)


def api_fault(name: str) -> Callable[[Registered], Registered]:
    """Register a class as the fault of the imitated API of this name."""
    return _registrar(name, _API_REGISTRY)


def _registrar(name: str, registry: dict[str, Any]) -> Callable[[Registered], Registered]:
    def register(cls: Registered) -> Registered:
        if name in _REGISTRY or name in _API_REGISTRY:
            raise RuntimeError(f"two faults are called '{name}'")
        registry[name], _NAMES[cls] = cls, name
        return cls

    return register


def registered() -> Mapping[str, type[Fault]]:
    """All delivery faults by name, sorted."""
    return dict(sorted(_REGISTRY.items()))


def registered_for_api() -> Mapping[str, type[ApiFault]]:
    """All faults of the imitated API by name, sorted."""
    return dict(sorted(_API_REGISTRY.items()))


@dataclass(frozen=True, slots=True)
class Selector:
    """Which deliveries, or which calls, a rule is about; a field left out matches all.

    `nth` counts, from 1 and per instance, what the fields before it match; `attempt` says which of a delivery's
    attempts are meant (an empty one: all). `nth_instance` counts instances in the order of their creation, `share` is
    the share of all instances that is meant, and `after_s` to `until_s` is a window of the world's time. `call` is for
    faults of the API alone, as `GET /instance/connect/*`; event, state and attempt are for the others.
    """

    event: str = "*"
    instance: str = "*"
    state: str | None = None
    nth: tuple[int, ...] = ()
    attempt: tuple[int, ...] = (1,)
    call: str = "*"
    nth_instance: tuple[int, ...] = ()
    share: float = 1.0
    after_s: float = 0.0
    until_s: float = inf

    def matches(self, delivery: Delivery) -> bool:
        """Whether this delivery is meant, as far as its names tell."""
        return (
            fnmatchcase(delivery.event, self.event)
            and self._is_about(delivery.instance, delivery.instance_number)
            and self.state in (None, delivery.state)
        )

    def matches_call(self, call: ApiCall) -> bool:
        """Whether this call is meant, as far as its names tell."""
        named = f"{call.method} {call.path}"
        return fnmatchcase(named, self.call) and self._is_about(call.instance, call.instance_number)

    def _is_about(self, instance: str, number: int) -> bool:
        return fnmatchcase(instance, self.instance) and (not self.nth_instance or number in self.nth_instance)

    def covers(self, at_s: float) -> bool:
        """Whether this moment of the world lies in the window."""
        return self.after_s <= at_s < self.until_s


@dataclass(frozen=True, slots=True)
class FaultRule:
    """Where, when and how often a fault strikes; `name` is unique in a world and keys its chance.

    With `correlation` troubles come in bursts: with that chance a delivery shares the fate of the one before it (of the
    same instance). The rate over all stays the `probability`.
    """

    name: str
    fault: AnyFault
    probability: float = 1.0
    select: Selector = Selector()
    correlation: float = 0.0

    @property
    def kind(self) -> str:
        """The name under which the fault is registered."""
        return _NAMES[type(self.fault)]

    @property
    def is_for_api(self) -> bool:
        """Whether it is about answers of the imitated API, not about deliveries."""
        return self.kind in _API_REGISTRY

    def describe(self) -> dict[str, Any]:
        """The rule as a JSON object, times in seconds; infinite ones are null."""
        return {
            "name": self.name,
            "fault": self.kind,
            **_told(self.fault),
            "probability": self.probability,
            "correlation": self.correlation,
            "select": _told(self.select),
        }


def _told(value: Any) -> dict[str, Any]:
    return {item.name: told_value(getattr(value, item.name)) for item in fields(value)}


def told_value(value: Any) -> Any:
    """A field of a rule as JSON has it."""
    if isinstance(value, Uniform | Lognormal | Pareto):
        return {type(value).__name__.lower(): _told(value)}
    if isinstance(value, Empirical):
        return {"empirical": {"samples": len(value.samples_s)}}
    if isinstance(value, StrEnum):
        return str(value)
    return None if value == inf else value
