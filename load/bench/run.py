"""Runs rows, one after the other, and says whether their bounds hold."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil

from load.bench import cores
from load.bench.bounds import Bound, read_bounds
from load.bench.rows import chosen_of, names, row
from load.errors import BenchError

_ROW_S_MAX = 900.0


@dataclass(frozen=True, slots=True)
class Found:
    """A bound and what was measured."""

    bound: Bound
    value: float

    @property
    def how(self) -> str:
        """`best of 3`, where it is."""
        return chosen_of(self.bound.row, self.bound.measure)

    @property
    def holds(self) -> bool:
        """Whether the value is within the bound."""
        return self.bound.holds(self.value)


def bench(wanted: Sequence[str], *, budgets: Path, json_file: Path | None, say: Callable[[str], None]) -> int:
    """Measure the wanted rows (all, when none is named); 0 when every bound holds, else 1."""
    for name in wanted:
        if name not in names():
            raise BenchError(f"no row is called '{name}'; legal: {', '.join(names())}")
    bounds, found = read_bounds(budgets), []
    measures: dict[str, Mapping[str, float]] = {}
    for name in wanted or names():
        say(f"{name}: {(row(name).__doc__ or '').splitlines()[0]}")
        measures[name] = _measured(name)
        found += judged(name, measures[name], bounds)
    for line in table(found):
        say(line)
    broken = [one for one in found if not one.holds]
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_bytes(orjson.dumps(_report(measures, found), option=orjson.OPT_INDENT_2))
    say(f"{len(found) - len(broken)} of {len(found)} bounds hold")
    return 1 if broken else 0


def judged(name: str, measures: Mapping[str, float], bounds: Iterable[Bound]) -> list[Found]:
    """The bounds of a row with its values; BenchError when a bound is about something that was not measured."""
    own = [bound for bound in bounds if bound.row == name]
    for bound in own:
        if bound.measure not in measures:
            legal = ", ".join(measures)
            raise BenchError(f"bench.{name} bounds '{bound.measure}', which the row does not measure; legal: {legal}")
    return [Found(bound, measures[bound.measure]) for bound in own]


def table(found: Sequence[Found]) -> list[str]:
    """One line a bound: row, measure, value, bound, and whether it holds."""
    cells = [
        (
            *(one.bound.row, one.bound.measure, f"{one.value:.4g}", one.bound.words),
            *("holds" if one.holds else "BROKEN", one.how),
        )
        for one in found
    ]
    header = ("row", "measure", "value", "bound", "", "")
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in (header, *cells)]


def _measured(name: str) -> Mapping[str, float]:
    command = (sys.executable, "-m", "load.bench.worker", name)
    try:
        ended = subprocess.run(command, stdout=subprocess.PIPE, timeout=_ROW_S_MAX, check=False)  # noqa: S603  ourselves
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"row '{name}' took more than {_ROW_S_MAX:g} s; repeat it with --row {name}") from error
    if ended.returncode:
        raise BenchError(f"row '{name}' ended with exit code {ended.returncode}; its own words are above")
    measures: Mapping[str, float] = orjson.loads(ended.stdout.splitlines()[-1])
    return measures


def _report(measures: Mapping[str, Mapping[str, float]], found: Sequence[Found]) -> dict[str, Any]:
    bounds = [
        {"row": one.bound.row, "measure": one.bound.measure, "value": one.value, "bound": one.bound.words}
        | {"holds": one.holds, "how": one.how}
        for one in found
    ]
    return {"machine": machine(), "rows": measures, "bounds": bounds, "holds": all(one.holds for one in found)}


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": cores.count(),
        "memory_gib": round(psutil.virtual_memory().total / (1 << 30), 1),
        "python": platform.python_version(),
        "load_average": os.getloadavg() if hasattr(os, "getloadavg") else None,
    }
