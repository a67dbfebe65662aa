"""Things found by name: a new one is a new file in its folder, never a line in a list."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Generic, TypeVar

from .errors import ScenarioError

T = TypeVar("T")


class Registry(Generic[T]):
    """The things of one kind, each registered by the module that defines it; walks the folder when asked."""

    def __init__(self, kind: str, package: str) -> None:
        self._kind = kind
        self._package = package
        self._found: dict[str, T] = {}

    def __call__(self, name: str) -> Callable[[T], T]:
        """Register what is decorated under `name`."""

        def add(thing: T) -> T:
            assert name not in self._found, f"{self._kind} '{name}' is defined twice"  # noqa: S101  our own bug
            self._found[name] = thing
            return thing

        return add

    def find(self, name: str) -> T:
        """The thing with this name; an unknown name lists the known ones."""
        known = self.names()
        if name not in known:
            raise ScenarioError(f"unknown {self._kind} '{name}'; known: {', '.join(known)}")
        return self._found[name]

    def names(self) -> list[str]:
        """Every name there is, sorted."""
        for module in pkgutil.iter_modules(importlib.import_module(self._package).__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        return sorted(self._found)
