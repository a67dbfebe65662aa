"""The kinds of messages that can be sent, one module each; the folder is walked.

A module has KIND: the action of the route and the function that composes a draft. A new kind is a new file.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from fake_evolution.sending.draft import Kind


def kinds() -> Mapping[str, Kind]:
    """All kinds by the action of their route, such as `sendText`."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {module.KIND.action: module.KIND for module in modules}
