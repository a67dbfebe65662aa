"""Fault rules of a world file."""

from collections.abc import Mapping
from typing import Any

from fake_evolution import faults
from fake_evolution.errors import ConfigError, in_one_line, unknown_name
from fake_evolution.faults import AnyFault, FaultRule, Selector
from fake_evolution.world.reading import Reader, file_names, refuse_namesakes, rows, share, table

RULES_MAX = 200
OF_RULE = ("name", "fault", "probability", "correlation", "select")
_CORRELATION_MAX = 0.99
# What a selector may ask of the one kind of rules and not of the other.
OF_DELIVERIES, OF_CALLS = ("event", "state", "attempt"), ("call",)
_NULLABLE = ("state",)


def read_rules(reader: Reader, value: Any, path: str) -> tuple[FaultRule, ...]:
    """All rules of the list; no two of one name."""
    found = rows(value, path, what="fault rules", most=RULES_MAX)
    rules = tuple(_rule(reader, row, f"{path}[{index}]") for index, row in enumerate(found))
    refuse_namesakes([rule.name for rule in rules], path, what="rule")
    return rules


def _rule(reader: Reader, row: Any, path: str) -> FaultRule:
    known: Mapping[str, type[AnyFault]] = {**faults.FAULTS, **faults.API_FAULTS}
    if not isinstance(row, Mapping) or not isinstance(row.get("fault"), str):
        raise ConfigError(f"{path} is no fault rule; legal: a mapping with `fault`, one of {', '.join(known)}")
    if row["fault"] not in known:
        raise ConfigError(f"{path}.fault: {unknown_name('fault', row['fault'], known)}")
    kind = known[row["fault"]]
    names = file_names(kind)
    found = table(row, path, known=(*OF_RULE, *names.values()))
    own = {key: found[key] for key in names.values() if key in found}
    select = _selector(reader, found.get("select", {}), f"{path}.select", for_api=row["fault"] in faults.API_FAULTS)
    return FaultRule(
        name=_name(found.get("name", row["fault"]), f"{path}.name"),
        fault=reader.dataclass(kind, own, path),
        probability=share(found.get("probability", 1.0), f"{path}.probability"),
        select=select,
        correlation=_correlation(found.get("correlation", 0.0), f"{path}.correlation"),
    )


def _name(value: Any, path: str) -> str:
    if isinstance(value, Mapping | list) or value is None:
        raise ConfigError(f"{path} is no name; legal: a text")
    return in_one_line(str(value))


def _correlation(value: Any, path: str) -> float:
    found = share(value, path)
    if found > _CORRELATION_MAX:
        raise ConfigError(f"{path} is {found}; legal: a number from 0 to {_CORRELATION_MAX}")
    return found


def _selector(reader: Reader, mapping: Any, path: str, *, for_api: bool) -> Selector:
    names = file_names(Selector)
    foreign = OF_DELIVERIES if for_api else OF_CALLS
    known = tuple(key for key in names.values() if key not in foreign)
    found = table(mapping, path, known=known)
    given = {key: value for key, value in found.items() if not (key in _NULLABLE and value is None)}
    select: Selector = reader.dataclass(Selector, given, path)
    if select.after_s >= select.until_s:
        raise ConfigError(f"{path} ends ({found.get('until')}) before it begins ({found.get('after')})")
    return select
