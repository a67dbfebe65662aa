"""A fake Evolution API server, faithful down to the quirks.

async with FakeServer() as fake:
    ...  # point the backend under test at fake.url with fake.api_key
"""

from fake_evolution.client import ControlClient, ControlError
from fake_evolution.clock import Clock, MonotonicClock
from fake_evolution.collecting import collect_rarely
from fake_evolution.config import Config
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
from fake_evolution.journal import Journal, Record, read_journal
from fake_evolution.plan import Answer, Outcome, Webhook
from fake_evolution.profiles import PROFILES
from fake_evolution.qr import qr_data_url
from fake_evolution.rng import Draws, Rng
from fake_evolution.server import FakeServer
from fake_evolution.virtual_time import VirtualFake, run_virtually
from fake_evolution.world import World, seconds

__all__ = [
    "API_FAULTS",
    "FAULTS",
    "PROFILES",
    "Answer",
    "ApiError",
    "ApiFault",
    "Clock",
    "Config",
    "ConfigError",
    "ControlClient",
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
    "Outcome",
    "Record",
    "Reorder",
    "Rng",
    "Selector",
    "UnknownInstanceError",
    "VirtualFake",
    "Webhook",
    "WhatsApp",
    "World",
    "collect_rarely",
    "qr_data_url",
    "read_journal",
    "run_virtually",
    "seconds",
    "unknown_name",
]
