"""Reads budgets.toml, and refuses what cannot be a limit."""

import tomllib
from dataclasses import fields
from math import inf
from pathlib import Path

from load.errors import BudgetError
from load.meters import Limits

BUDGETS = Path(__file__).with_name("budgets.toml")


def read_limits(path: Path = BUDGETS) -> Limits:
    """The limits of the gate; anything missing, unknown or impossible is a BudgetError."""
    table = _gate_table(path)
    legal = [field.name for field in fields(Limits)]
    for name in table:
        if name not in legal:
            raise BudgetError(f"{path}: gate.{name} is unknown; legal: {', '.join(legal)}")
    for name in legal:
        if name not in table:
            raise BudgetError(f"{path}: gate.{name} is missing; every limit is written down")
    return Limits(**{name: _number(path, name, value) for name, value in table.items()})


def _gate_table(path: Path) -> dict[str, object]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("gate")
    except OSError as error:
        raise BudgetError(f"budgets {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BudgetError(f"{path} is no TOML: {error}") from error
    if not isinstance(table, dict):
        raise BudgetError(f"{path} has no table [gate]; it holds the limits of the gate")
    return table


def _number(path: Path, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BudgetError(f"{path}: gate.{name} is {value!r}; legal: a number")
    if name.endswith("_s"):
        legal, is_legal = "above 0, in seconds", 0 < value < inf
    else:
        legal, is_legal = "between 0 and 1, both excluded", 0 < value < 1
    if not is_legal:
        raise BudgetError(f"{path}: gate.{name} is {value:g}; legal: {legal}")
    return float(value)
