"""Tests of what the package promises to the outside."""

import inspect
import tomllib
from pathlib import Path

import fake_evolution

ROOT = Path(fake_evolution.__file__).parents[1]
PROMISED = [
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


def test_public_names_are_pinned() -> None:
    """A name is added or taken away on purpose, or not at all."""
    assert fake_evolution.__all__ == PROMISED
    assert [name for name in PROMISED if not hasattr(fake_evolution, name)] == []


def test_public_names_tell_what_they_are() -> None:
    """Every class and function that is promised has a docstring of its own."""
    promised = {name: getattr(fake_evolution, name) for name in PROMISED}

    named = {name: thing for name, thing in promised.items() if inspect.isclass(thing) or inspect.isfunction(thing)}

    assert [name for name, thing in named.items() if not thing.__dict__.get("__doc__", thing.__doc__)] == []


def test_wheel_holds_the_fake_alone() -> None:
    """The wheel is this package without its tests, and the worlds that have a name; it says that it is typed."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        wheel = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert wheel == {
        "packages": ["fake_evolution"],
        "exclude": ["fake_evolution/tests"],
        "force-include": {"scenarios/catalogue": "fake_evolution/worlds"},
    }
    assert (ROOT / "fake_evolution" / "py.typed").is_file()


def test_fake_needs_only_what_the_wheel_asks_for() -> None:
    """Every package that the fake imports is one of its own dependencies, not of an extra."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        asked = tomllib.load(file)["project"]["dependencies"]

    names = {line.partition(">")[0].split(";")[0].strip() for line in asked}

    assert names == {"aiohttp", "faker", "orjson", "pillow", "pyjwt", "python-socketio", "pyyaml", "segno", "uvloop"}
