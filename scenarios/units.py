"""Durations as people write them in files: `800ms`, `4s`, `20m`, `2h`."""

import re
from math import isfinite

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
LEGAL = "a number with its unit, as in 800ms, 4s, 20m or 2h"


def seconds(written: object) -> float:
    """The duration in seconds; a ValueError says what is legal."""
    found = _WRITTEN.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"found {written!r}; legal: {LEGAL}")
    value = float(found[1]) * _SECONDS[found[2]]
    if not isfinite(value):
        raise ValueError(f"found {written!r}; legal: {LEGAL}")
    return value


def written(duration_s: float) -> str:
    """The shortest way to write a duration; `seconds` reads it back."""
    if duration_s and duration_s < 1:
        return f"{duration_s * 1000:g}ms"
    return f"{duration_s:g}s"
