"""Ways to go wrong, one file each; the folder is walked.

A fault gets a plan and gives a plan; a fault of the API gets a treatment and gives a treatment. Both are pure: chance
comes as keyed draws, time as numbers. How often and where they strike is not their own business but their rule's
(`FaultRule`).
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

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

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

FAULTS: Mapping[str, type[Fault]] = registered()
API_FAULTS: Mapping[str, type[ApiFault]] = registered_for_api()

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
