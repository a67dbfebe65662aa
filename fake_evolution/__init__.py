"""A fake Evolution API server, faithful down to the quirks.

async with FakeServer() as fake:
    ...  # point the backend under test at fake.url with fake.api_key

Names are loaded when they are first asked for: whoever has this package installed pays for it only by using it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_evolution.client import Client
    from fake_evolution.clock import Clock, MonotonicClock
    from fake_evolution.collecting import collect_rarely
    from fake_evolution.config import Config, read_env_file
    from fake_evolution.control_line import ControlError
    from fake_evolution.domain.whatsapp import WhatsApp
    from fake_evolution.errors import (
        ApiError,
        ConfigError,
        FakeEvolutionError,
        IllegalSignalError,
        JournalError,
        UnknownInstanceError,
        unknown_name,
    )
    from fake_evolution.faults import API_FAULTS, FAULTS, ApiFault, Fault, FaultRule, Selector
    from fake_evolution.faults.delay import Delay
    from fake_evolution.faults.drop import Drop
    from fake_evolution.faults.duplicate import Duplicate
    from fake_evolution.faults.reorder import Reorder
    from fake_evolution.in_thread import NothingCameError, ThreadedFake
    from fake_evolution.journal import Journal, Record, read_journal
    from fake_evolution.plan import Answer, Outcome, Webhook
    from fake_evolution.profiles import PROFILES
    from fake_evolution.qr import qr_data_url
    from fake_evolution.rng import Draws, Rng
    from fake_evolution.server import FakeServer
    from fake_evolution.virtual_time import VirtualFake, run_virtually
    from fake_evolution.world import World, seconds

_HOMES = {
    "API_FAULTS": "faults",
    "FAULTS": "faults",
    "PROFILES": "profiles",
    "Answer": "plan",
    "ApiError": "errors",
    "ApiFault": "faults",
    "Client": "client",
    "Clock": "clock",
    "Config": "config",
    "ConfigError": "errors",
    "ControlError": "control_line",
    "Delay": "faults.delay",
    "Draws": "rng",
    "Drop": "faults.drop",
    "Duplicate": "faults.duplicate",
    "FakeEvolutionError": "errors",
    "FakeServer": "server",
    "Fault": "faults",
    "FaultRule": "faults",
    "IllegalSignalError": "errors",
    "Journal": "journal",
    "JournalError": "errors",
    "MonotonicClock": "clock",
    "NothingCameError": "in_thread",
    "Outcome": "plan",
    "Record": "journal",
    "Reorder": "faults.reorder",
    "Rng": "rng",
    "Selector": "faults",
    "ThreadedFake": "in_thread",
    "UnknownInstanceError": "errors",
    "VirtualFake": "virtual_time",
    "Webhook": "plan",
    "WhatsApp": "domain.whatsapp",
    "World": "world",
    "collect_rarely": "collecting",
    "qr_data_url": "qr",
    "read_env_file": "config",
    "read_journal": "journal",
    "run_virtually": "virtual_time",
    "seconds": "world",
    "unknown_name": "errors",
}

__all__ = [
    "API_FAULTS",
    "FAULTS",
    "PROFILES",
    "Answer",
    "ApiError",
    "ApiFault",
    "Client",
    "Clock",
    "Config",
    "ConfigError",
    "ControlError",
    "Delay",
    "Draws",
    "Drop",
    "Duplicate",
    "FakeEvolutionError",
    "FakeServer",
    "Fault",
    "FaultRule",
    "IllegalSignalError",
    "Journal",
    "JournalError",
    "MonotonicClock",
    "NothingCameError",
    "Outcome",
    "Record",
    "Reorder",
    "Rng",
    "Selector",
    "ThreadedFake",
    "UnknownInstanceError",
    "VirtualFake",
    "Webhook",
    "WhatsApp",
    "World",
    "collect_rarely",
    "qr_data_url",
    "read_env_file",
    "read_journal",
    "run_virtually",
    "seconds",
    "unknown_name",
]


if not TYPE_CHECKING:  # a type checker shall know an unknown name

    def __getattr__(name: str) -> Any:
        """Load a promised name from the module it lives in."""
        if name not in _HOMES:
            raise AttributeError(f"module 'fake_evolution' has no attribute '{name}'")
        found = globals()[name] = getattr(import_module(f"fake_evolution.{_HOMES[name]}"), name)
        return found


def __dir__() -> list[str]:
    """What is promised, loaded or not."""
    return sorted({*globals(), *__all__})
