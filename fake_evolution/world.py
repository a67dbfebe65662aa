"""A world: what surrounds the backend under test, as one frozen value, and its form in a file.

    profile: 2.3.6
    whatsapp: {qr_first: 400ms, qr_interval: 45s}
    server: {env: {QRCODE_LIMIT: "3"}}
    faults:
      - {name: slow, fault: delay, delay: 4s, probability: 0.5, select: {event: qrcode.updated}}

Keys ending in `_s` in code are written without it and with a unit in a file: `800ms`, `4s`, `20m`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from math import inf
from typing import Any, Self

from fake_evolution.domain.whatsapp import WhatsApp
from fake_evolution.errors import ConfigError, in_one_line, unknown_name
from fake_evolution.faults import FAULTS, FaultRule, Selector
from fake_evolution.profiles import DEFAULT_PROFILE, profile

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_FAULTS_MAX = 200


@dataclass(frozen=True, slots=True)
class World:
    """Server profile, WhatsApp's speed, the server's own settings and the fault rules."""

    profile: str = DEFAULT_PROFILE
    whatsapp: WhatsApp = WhatsApp()
    server: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[FaultRule, ...] = ()

    @classmethod
    def from_mapping(cls, mapping: Any, *, path: str = "world") -> Self:
        """The world that a parsed file describes; ConfigError names the path, what was found and what is legal."""
        found = _table(mapping, path, known=("profile", "whatsapp", "server", "faults"))
        version = str(found.get("profile", DEFAULT_PROFILE))
        try:
            profile(version)
        except ConfigError as error:
            raise ConfigError(f"{path}.profile: {error}") from error
        return cls(
            profile=version,
            whatsapp=_whatsapp(found.get("whatsapp", {}), f"{path}.whatsapp"),
            server=_server(found.get("server", {}), f"{path}.server"),
            faults=_faults(found.get("faults", []), f"{path}.faults"),
        )

    def describe(self) -> dict[str, Any]:
        """The world as a JSON object, times in seconds; infinite ones are null."""
        times = {item.name: getattr(self.whatsapp, item.name) for item in fields(self.whatsapp)}
        return {
            "profile": self.profile,
            "whatsapp": {name: None if value == inf else value for name, value in times.items()},
            "server": {"env": dict(self.server)},
            "faults": [rule.describe() for rule in self.faults],
        }


def seconds(value: Any, path: str) -> float:
    """A time with its unit (`800ms`, `4s`, `20m`, `1h`, or `never`) in seconds."""
    if value == "never":
        return inf
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)", value) if isinstance(value, str) else None
    if match is None:
        raise ConfigError(f"{path} is {value!r}; legal: a time with its unit, as 800ms, 4s or 20m")
    return float(match[1]) * _UNITS_S[match[2]]


def _whatsapp(mapping: Any, path: str) -> WhatsApp:
    whatsapp: WhatsApp = _values(WhatsApp, _table(mapping, path, known=_file_names(WhatsApp)), path)
    return whatsapp


def _server(mapping: Any, path: str) -> dict[str, str]:
    found = _table(mapping, path, known=("env",))
    variables = found.get("env", {})
    if not isinstance(variables, Mapping):
        raise ConfigError(f"{path}.env is {_kind(variables)}; legal: variables and their values")
    for name, value in variables.items():
        if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
            raise ConfigError(
                f"{path}.env.{in_one_line(str(name))} is {_kind(value)}; legal: a text, a number, true or false"
            )
    return {str(name): _text(value) for name, value in variables.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _faults(rows: Any, path: str) -> tuple[FaultRule, ...]:
    if not isinstance(rows, Sequence) or isinstance(rows, str) or len(rows) > _FAULTS_MAX:
        raise ConfigError(f"{path} is {_kind(rows)}; legal: a list of at most {_FAULTS_MAX} fault rules")
    rules = tuple(_rule(row, f"{path}[{index}]") for index, row in enumerate(rows))
    names = [rule.name for rule in rules]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ConfigError(
                f"{path}[{index}].name is '{in_one_line(name)}' again; legal: a name of its own for every rule"
            )
    return rules


def _rule(row: Any, path: str) -> FaultRule:
    if not isinstance(row, Mapping) or not isinstance(row.get("fault"), str):
        raise ConfigError(f"{path} is no fault rule; legal: a mapping with `fault`, one of {', '.join(FAULTS)}")
    if row["fault"] not in FAULTS:
        raise ConfigError(f"{path}.fault: {unknown_name('fault', row['fault'], FAULTS)}")
    kind = FAULTS[row["fault"]]
    found = _table(row, path, known=("name", "fault", "probability", "select", *_file_names(kind)))
    own = {name: found[name] for name in _file_names(kind) if name in found}
    return FaultRule(
        name=str(found.get("name", row["fault"])),
        fault=_values(kind, own, path),
        probability=_share(found.get("probability", 1.0), f"{path}.probability"),
        select=_selector(found.get("select", {}), f"{path}.select"),
    )


def _selector(mapping: Any, path: str) -> Selector:
    found = _table(mapping, path, known=("event", "instance", "state", "nth", "attempt"))
    texts = {}
    for name in ("event", "instance", "state"):
        if name in found:
            texts[name] = str(found[name])
    counts = {name: _counts(found[name], f"{path}.{name}") for name in ("nth", "attempt") if name in found}
    return Selector(**texts, **counts)  # type: ignore[arg-type]  # checked key by key above


def _counts(value: Any, path: str) -> tuple[int, ...]:
    row = value if isinstance(value, list) else [value]
    if not row or not all(type(number) is int and number >= 1 for number in row):
        raise ConfigError(f"{path} is {value!r}; legal: a whole number from 1, or a list of them")
    return tuple(row)


def _count(value: Any, path: str) -> int:
    if type(value) is not int or value < 1:
        raise ConfigError(f"{path} is {value!r}; legal: a whole number from 1")
    return value


def _share(value: Any, path: str) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise ConfigError(f"{path} is {value!r}; legal: a number from 0 to 1")
    return float(value)


def _file_names(kind: Any) -> tuple[str, ...]:
    return tuple(item.name.removesuffix("_s").replace("_s_", "_") for item in fields(kind))


def _values(kind: Any, found: Mapping[str, Any], path: str) -> Any:
    """A dataclass from a mapping: times by their unit, whole numbers as they are."""
    values = {}
    for item, written in zip(fields(kind), _file_names(kind), strict=True):
        if written in found:
            values[item.name] = _value(item.name, item.type, found[written], f"{path}.{written}")
        elif item.default is MISSING:
            raise ConfigError(f"{path} lacks '{written}'; legal: a time with its unit, as 800ms")
    return kind(**values)


def _value(name: str, kind: Any, value: Any, path: str) -> Any:
    if kind in (int, "int"):
        return _count(value, path)
    if "_s" in name:
        return seconds(value, path)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ConfigError(f"{path} is {value!r}; legal: a list of texts")


def _table(mapping: Any, path: str, *, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(mapping, Mapping):
        raise ConfigError(f"{path} is {_kind(mapping)}; legal: a mapping with {', '.join(known)}")
    for key in mapping:
        if key not in known:
            raise ConfigError(f"{path}: {unknown_name('key', str(key), known)}")
    return mapping


_KINDS = {
    type(None): "empty",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), f"a {type(value).__name__}")
