"""Ways to go wrong, one file each; the folder is walked.

A fault gets a plan and gives a plan. It is pure: chance comes as keyed draws, time as numbers. How often and where it
strikes is not its own business but its rule's (`FaultRule`).
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from fake_evolution.faults.base import Chain, Fault, FaultRule, Firing, Selector, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

FAULTS: Mapping[str, type[Fault]] = registered()

__all__ = ["FAULTS", "Chain", "Fault", "FaultRule", "Firing", "Selector"]
