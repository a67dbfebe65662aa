"""Load shapes: when journeys arrive. A new shape is a new file here, registered by its decorator."""

import importlib
import pkgutil
from collections.abc import Callable
from random import Random

# rng, how many, how many a second on average → times in seconds from the first moment, ascending.
Profile = Callable[[Random, int, float], tuple[float, ...]]

_found: dict[str, Profile] = {}


def profile(name: str) -> Callable[[Profile], Profile]:
    """Register a load shape under `name`."""

    def add(times: Profile) -> Profile:
        assert name not in _found, f"profile '{name}' is defined twice"  # noqa: S101  our own bug
        _found[name] = times
        return times

    return add


def known_profiles() -> dict[str, Profile]:
    """Every load shape by name; walks the folder, so that no file is forgotten."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_found.items()))
