"""The rows of the bench, a file each: a docstring that says what is measured, and `async def measure()`.

Where the best of several rounds counts, `BEST_OF` says of how many, a measure each.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def names() -> list[str]:
    """All rows, by name."""
    return sorted(found.name for found in iter_modules(__path__))


def best_of(name: str, measure: str) -> int:
    """Of how many rounds a row tells the best, for what others on the machine only ever make worse; 1: it has one."""
    return int(getattr(row(name), "BEST_OF", {}).get(measure, 1))


def row(name: str) -> ModuleType:
    """The module of a row."""
    return import_module(f"{__name__}.{name}")
