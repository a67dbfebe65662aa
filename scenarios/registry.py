"""Things found by name: a new one is a new file in its folder, never a line in a list.

What other projects bring is found by entry point, where a kind of things has a group for it: the entry point's name
is the thing's name, and it points at the thing.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from .errors import ScenarioError

T = TypeVar("T")


class Registry(Generic[T]):
    """The things of one kind, each registered by the module that defines it; walks the folder when asked."""

    def __init__(self, kind: str, package: str, *, group: str | None = None) -> None:
        self._kind = kind
        self._package = package
        self._group = group
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
        if name not in self._found:
            self._found[name] = self._brought(name)
        return self._found[name]

    def names(self) -> list[str]:
        """Every name there is, sorted."""
        for module in pkgutil.iter_modules(importlib.import_module(self._package).__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        return sorted({*self._found, *(entry.name for entry in self._entries())})

    def _entries(self) -> Iterable[EntryPoint]:
        return () if self._group is None else entry_points(group=self._group)

    def _brought(self, name: str) -> T:
        """What an installed project brings under this name; exactly one may."""
        entries = [entry for entry in self._entries() if entry.name == name]
        if len(entries) > 1:
            places = " and ".join(sorted(entry.value for entry in entries))
            raise ScenarioError(f"{self._kind} '{name}' is brought twice, by {places}; uninstall one or rename it")
        try:
            thing: T = entries[0].load()
        except Exception as error:
            msg = f"{self._kind} '{name}' ({entries[0].value}) cannot be loaded: {type(error).__name__}: {error}"
            raise ScenarioError(msg) from error
        return thing
