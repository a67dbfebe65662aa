"""The target file: which backend, which phone, how many journeys, how fast; JSON on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from load.arrivals import ARRIVALS_MAX
from load.errors import TargetError
from load.profiles import known_profiles

_SECONDS_MAX = 3_600.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How a simulated person behaves, in seconds; `again` has them connect a second time."""

    qr_s: float = 30.0
    connected_s: float = 30.0
    disconnected_s: float = 15.0
    reaction_s: float = 0.8
    stay_s: float = 0.0
    again: bool = False

    @property
    def journey_s_max(self) -> float:
        """No journey takes longer: every wait at its end, and a browser's patience for each of six clicks."""
        rounds = 2 if self.again else 1
        clicks_s = 20.0 * (2 + 2 * rounds)
        return rounds * (self.qr_s + self.connected_s + self.disconnected_s + self.stay_s) + clicks_s


@dataclass(frozen=True, slots=True)
class Target:
    """Everything the load needs to know."""

    adapter: str
    url: str
    control_url: str | None = None
    credentials: Mapping[str, str] | None = None
    control_key: str | None = field(default=None, repr=False)
    tidy: bool = False  # a backend that is not thrown away is left as it was
    clock_origin: float | None = None
    seed: int = 1
    channels: int = 60
    arrivals_per_s: float = 4.0
    profile: str = "constant"
    phase: str = "load"
    channels_each: int = 50
    users_max: int = 1_000
    allow_hosts: tuple[str, ...] = ()
    journey: Patience = field(default_factory=Patience)


def read_target(path: Path) -> Target:
    """The target of this file; whatever is wrong with it is a TargetError that says what would be legal."""
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise TargetError(f"target {path} cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise TargetError(f"target {path} is no JSON: {error}") from error
    try:
        return target_from(found)
    except TargetError as error:
        raise TargetError(f"target {path}: {error}") from error


def target_from(found: object) -> Target:
    """A target from its JSON value."""
    given = _known(found, Target, "target")
    _words(given)
    given["journey"] = _patience(given.get("journey", {}))
    given["allow_hosts"] = tuple(_texts(given.get("allow_hosts", []), "allow_hosts"))
    if given.get("credentials") is not None:
        _credentials(given["credentials"])
    _numbers(given)
    target = Target(**given)
    for name in ("url", "control_url"):
        if (url := getattr(target, name)) is not None:
            _reachable(name, url, target.allow_hosts)
    return target


def _words(given: dict[str, Any]) -> None:
    """Texts, of which some must be there and some may be null."""
    for name in ("adapter", "url"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise TargetError(f"{name} is {given.get(name)!r}; legal: a text, it is required")
    for name in ("control_url", "control_key"):
        if not isinstance(given.get(name), str | None):
            raise TargetError(f"{name} is {given[name]!r}; legal: a text or null")
    if not isinstance(given.get("phase", "load"), str) or given.get("phase") == "":
        raise TargetError(f"phase is {given['phase']!r}; legal: a text")
    if not isinstance(given.get("tidy", False), bool):
        raise TargetError(f"tidy is {given['tidy']!r}; legal: true, false")
    profiles = known_profiles()
    if given.get("profile", "constant") not in list(profiles):
        raise TargetError(f"profile is {given['profile']!r}; known: {', '.join(profiles)}")


def _patience(found: object) -> Patience:
    given = _known(found, Patience, "journey")
    for name, value in given.items():
        if name == "again":
            if not isinstance(value, bool):
                raise TargetError(f"journey.again is {value!r}; legal: true, false")
        else:
            given[name] = _number(f"journey.{name}", value, least=0.0, most=_SECONDS_MAX)
    return Patience(**given)


def _numbers(given: dict[str, Any]) -> None:
    whole = {"channels": ARRIVALS_MAX, "channels_each": 1_000, "users_max": 10_000}
    for name, most in whole.items():
        if name in given:
            given[name] = _whole(name, given[name], least=1, most=most)
    if "seed" in given:
        given["seed"] = _whole("seed", given["seed"], least=0, most=2**63 - 1)
    if "arrivals_per_s" in given:
        given["arrivals_per_s"] = _number("arrivals_per_s", given["arrivals_per_s"], least=0.001, most=1_000)
    if given.get("clock_origin") is not None:
        given["clock_origin"] = _number("clock_origin", given["clock_origin"], least=0.0, most=1e12)


def _known(found: object, kind: type[Target | Patience], where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise TargetError(f"{where} is {type(found).__name__}; legal: an object")
    legal = [entry.name for entry in fields(kind)]
    for name in found:
        if name not in legal:
            raise TargetError(f"{where} has the unknown key '{name}'; known: {', '.join(legal)}")
    return dict(found)


def _texts(found: object, name: str) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
        raise TargetError(f"{name} is {found!r}; legal: a list of host names")
    return found


def _credentials(found: object) -> None:
    legal = isinstance(found, dict) and {"email", "password"} <= set(found) <= {"email", "password", "token"}
    if not legal or not all(isinstance(value, str) for value in found.values()):  # type: ignore[attr-defined]
        raise TargetError("credentials are not an object with email and password, and a token or none (or null)")


def _whole(name: str, value: object, *, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise TargetError(f"{name} is {value!r}; legal: a whole number from {least} to {most}")
    return value


def _number(name: str, value: object, *, least: float, most: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not isfinite(value) or not least <= value <= most:  # type: ignore[arg-type, operator]
        raise TargetError(f"{name} is {value!r}; legal: a number from {least:g} to {most:g}")
    return float(value)  # type: ignore[arg-type]


def _reachable(name: str, url: str, allowed: tuple[str, ...]) -> None:
    """Load goes to this machine, or to a host that the file names once more, on purpose."""
    try:
        parts = urlsplit(url)
        scheme, host, _ = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host = "", None
    if scheme not in {"http", "https"} or not host:
        raise TargetError(f"{name} is '{url}'; legal: http://HOST:PORT or https://HOST")
    if not (_is_loopback(host) or host in allowed):
        raise TargetError(
            f"{name} goes to '{host}', which is not this machine; "
            f'to put load on it on purpose, add "allow_hosts": ["{host}"]'
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
