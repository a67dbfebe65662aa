"""Ways to go wrong, one file each; the folder is walked.

A fault gets a plan and gives a plan; a fault of the API gets a treatment and gives a treatment. Both are pure: chance
comes as keyed draws, time as numbers. How often and where they strike is not their own business but their rule's
(`FaultRule`).
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from fake_evolution.faults.base import (
    AnyFault,
    ApiFault,
    Fault,
    FaultRule,
    Selector,
    registered,
    registered_for_api,
)
from fake_evolution.faults.chain import Chain, Firing, Moment

if TYPE_CHECKING:
    FAULTS: Mapping[str, type[Fault]]
    API_FAULTS: Mapping[str, type[ApiFault]]

__all__ = [
    "API_FAULTS",
    "FAULTS",
    "AnyFault",
    "ApiFault",
    "Chain",
    "Fault",
    "FaultRule",
    "Firing",
    "Moment",
    "Selector",
]


if not TYPE_CHECKING:  # a type checker shall know an unknown name

    def __getattr__(name: str) -> Any:
        """All faults there are, loaded when somebody asks: a world without rules has none."""
        if name not in ("FAULTS", "API_FAULTS"):
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        for module in iter_modules(__path__):
            import_module(f"{__name__}.{module.name}")
        globals().update(FAULTS=registered(), API_FAULTS=registered_for_api())
        return globals()[name]
