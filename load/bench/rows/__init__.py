"""The rows of the bench, a file each: a docstring that says what is measured, and `async def measure()`.

Where the best or the median of several rounds counts, `BEST_OF` or `MEDIAN_OF` says of how many, a measure each.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def names() -> list[str]:
    """All rows, by name."""
    return sorted(found.name for found in iter_modules(__path__))


def chosen_of(name: str, measure: str) -> str:
    """`best of 3`, for what others on the machine only make worse, `median of 25`, or nothing: it has one round."""
    for words, table in (("best", "BEST_OF"), ("median", "MEDIAN_OF")):
        rounds = getattr(row(name), table, {}).get(measure, 1)
        if rounds > 1:
            return f"{words} of {rounds}"
    return ""


def row(name: str) -> ModuleType:
    """The module of a row."""
    return import_module(f"{__name__}.{name}")
