"""The bounds of the rows: `[bench.<row>]` of budgets.toml, `<measure>_max` or `<measure>_min` = number."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from load.bench.rows import names
from load.errors import BudgetError


@dataclass(frozen=True, slots=True)
class Bound:
    """One measure of one row, and the value that it may not pass."""

    row: str
    measure: str
    limit: float
    is_max: bool

    @property
    def words(self) -> str:
        """`≤ 80` or `≥ 12000`."""
        return f"{'≤' if self.is_max else '≥'} {self.limit:g}"

    def holds(self, value: float) -> bool:
        """Whether the value is within."""
        return value <= self.limit if self.is_max else value >= self.limit


def read_bounds(path: Path) -> tuple[Bound, ...]:
    """All bounds, in the order of the file; BudgetError for what is unknown or no number."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("bench")
    except OSError as error:
        raise BudgetError(f"budgets {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BudgetError(f"{path} is no TOML: {error}") from error
    if not isinstance(tables, Mapping) or not tables:
        raise BudgetError(f"{path} has no tables [bench.<row>]; they hold the bounds of the bench")
    for name in tables:
        if name not in names():
            raise BudgetError(f"{path}: bench.{name} is unknown; legal: {', '.join(names())}")
    return tuple(_bound(path, row, key, value) for row, table in tables.items() for key, value in table.items())


def _bound(path: Path, row: str, key: str, value: object) -> Bound:
    measure, _, side = key.rpartition("_")
    if side not in ("max", "min") or not measure:
        raise BudgetError(f"{path}: bench.{row}.{key} is no bound; legal: a measure with _max or _min behind it")
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise BudgetError(f"{path}: bench.{row}.{key} is {value!r}; legal: a number")
    return Bound(row, measure, float(value), side == "max")
