"""A world: what surrounds the backend under test, as one frozen value, and its form in a file.

    profile: 2.3.6
    whatsapp: {qr_first: 400ms, qr_interval: 45s}
    server: {env: {QRCODE_LIMIT: "3"}}
    phones:
      - {name: busy, select: {share: 0.5}, scan: {after: 4s}, then: [{does: lose-connection, at: 30s, for: 10s}]}
    faults:
      - {name: slow, fault: delay, delay: 4s, probability: 0.5, select: {event: qrcode.updated}}

Keys ending in `_s` in code are written without it and with a unit in a file: `800ms`, `4s`, `20m`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import inf
from pathlib import Path
from string import digits
from typing import Any, Self

from fake_evolution.behaviours.values import Behaviour
from fake_evolution.domain.whatsapp import WhatsApp
from fake_evolution.errors import ConfigError, in_one_line
from fake_evolution.faults import FaultRule
from fake_evolution.profiles import DEFAULT_PROFILE, profile
from fake_evolution.world.phones import read_phones
from fake_evolution.world.reading import Reader, kind_of, table
from fake_evolution.world.rules import read_rules
from fake_evolution.world.units import seconds
from fake_evolution.world.writing import written

_DESERTED_SHARE_MAX = 0.5
KEYS = ("profile", "whatsapp", "server", "phones", "faults")

__all__ = ["KEYS", "World", "seconds"]


@dataclass(frozen=True, slots=True)
class World:
    """Server profile, WhatsApp's speed, the server's own settings, how phones behave, and the fault rules."""

    profile: str = DEFAULT_PROFILE
    whatsapp: WhatsApp = WhatsApp()
    server: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[FaultRule, ...] = ()
    phones: tuple[Behaviour, ...] = ()

    def __post_init__(self) -> None:
        _refuse_deserted(self.whatsapp, "world.whatsapp")

    @classmethod
    def from_mapping(cls, mapping: Any, *, path: str = "world", folder: Path | None = None) -> Self:
        """The world that a parsed file describes; ConfigError names the path, what was found and what is legal.

        Files that it names are looked for in `folder`; without one it may name none.
        """
        found = table(mapping, path, known=KEYS)
        reader = Reader(folder)
        version = str(found.get("profile", DEFAULT_PROFILE))
        try:
            profile(version)
        except ConfigError as error:
            raise ConfigError(f"{path}.profile: {error}") from error
        server = _server(found.get("server", {}), f"{path}.server")
        whatsapp = reader.dataclass(WhatsApp, found.get("whatsapp", {}), f"{path}.whatsapp")
        _refuse_deserted(whatsapp, f"{path}.whatsapp")
        return cls(
            profile=version,
            whatsapp=whatsapp,
            server=server,
            faults=read_rules(reader, found.get("faults", []), f"{path}.faults"),
            phones=read_phones(reader, found.get("phones", []), f"{path}.phones", server=server),
        )

    def to_mapping(self) -> dict[str, Any]:
        """The world as a file has it: `from_mapping` makes the same world of it."""
        return {
            "profile": self.profile,
            "whatsapp": written(self.whatsapp),
            "server": {"env": dict(self.server)},
            "phones": [written(behaviour) for behaviour in self.phones],
            "faults": [written(rule) for rule in self.faults],
        }

    def describe(self) -> dict[str, Any]:
        """The world as a JSON object, times in seconds; infinite ones are null."""
        times = {item.name: getattr(self.whatsapp, item.name) for item in fields(self.whatsapp)}
        return {
            "profile": self.profile,
            "whatsapp": {name: None if value == inf else value for name, value in times.items()},
            "server": {"env": dict(self.server)},
            "phones": [written(behaviour) for behaviour in self.phones],
            "faults": [rule.describe() for rule in self.faults],
        }


def _refuse_deserted(whatsapp: WhatsApp, path: str) -> None:
    """Refuse endings of numbers that leave hardly anybody to be drawn."""
    endings = {ending for ending in whatsapp.not_on_whatsapp if set(ending) <= set(digits)}
    gone = sum(0.1 ** len(ending) for ending in endings)
    if gone > _DESERTED_SHARE_MAX:
        raise ConfigError(
            f"{path}.not_on_whatsapp takes {min(gone, 1.0):.0%} of all numbers away; legal: endings that leave at "
            "least half of them, because the people of a run are drawn from these"
        )


def _server(mapping: Any, path: str) -> dict[str, str]:
    found = table(mapping, path, known=("env",))
    variables = found.get("env", {})
    if not isinstance(variables, Mapping):
        raise ConfigError(f"{path}.env is {kind_of(variables)}; legal: variables and their values")
    for name, value in variables.items():
        if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
            raise ConfigError(
                f"{path}.env.{in_one_line(str(name))} is {kind_of(value)}; legal: a text, a number, true or false"
            )
    return {str(name): _text(value) for name, value in variables.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
