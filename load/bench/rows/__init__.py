"""The rows of the bench, a file each: a docstring that says what is measured, and `async def measure()`."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def names() -> list[str]:
    """All rows, by name."""
    return sorted(found.name for found in iter_modules(__path__))


def row(name: str) -> ModuleType:
    """The module of a row."""
    return import_module(f"{__name__}.{name}")
