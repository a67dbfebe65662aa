"""Times and sizes as people write them."""

import re
from math import inf
from typing import Any

from fake_evolution.errors import ConfigError

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_UNITS_BYTES = {"B": 1, "kB": 1000, "MB": 1000**2, "KiB": 1024, "MiB": 1024**2}
_SECONDS_MAX = 100 * 365 * 86_400.0
_DIGITS_MAX = 30


def seconds(value: Any, path: str) -> float:
    """A time with its unit (`800ms`, `4s`, `20m`, `1h`, or `never`) in seconds."""
    if value == "never":
        return inf
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h)", value) if isinstance(value, str) else None
    if match is None or len(match[1]) > _DIGITS_MAX:
        raise ConfigError(f"{path} is {shown(value)}; legal: a time with its unit, as 800ms, 4s or 20m")
    found_s = float(match[1]) * _UNITS_S[match[2]]
    if found_s > _SECONDS_MAX:
        raise ConfigError(f"{path} is {shown(value)}; legal: at most a hundred years, or never")
    return found_s


def octets(value: Any, path: str) -> int:
    """A size with its unit (`300B`, `20kB`, `20MB`, `16KiB`, `16MiB`) in octets."""
    match = re.fullmatch(r"([0-9]{1,12})\s*(B|kB|MB|KiB|MiB)", value) if isinstance(value, str) else None
    if match is None:
        raise ConfigError(f"{path} is {shown(value)}; legal: a size with its unit, as 300B, 20kB or 16MiB")
    return int(match[1]) * _UNITS_BYTES[match[2]]


def time_text(value_s: float) -> str:
    """Seconds as a file has them; `seconds` gives the very same number back."""
    if value_s == inf:
        return "never"
    text = f"{value_s!r}"
    return f"{text.removesuffix('.0')}s" if "e" not in text else f"{value_s:.20f}s"


def shown(value: Any) -> str:
    """A value of a file in a sentence, however large or odd it is."""
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


_SHOWN_CHARACTERS = 100
