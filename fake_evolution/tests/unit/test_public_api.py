"""Tests of what the package promises to the outside."""

import ast
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import fake_evolution

ROOT = Path(fake_evolution.__file__).parents[1]
PROMISED = [
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


def test_public_names_are_pinned() -> None:
    """A name is added or taken away on purpose, or not at all."""
    assert fake_evolution.__all__ == PROMISED
    assert [name for name in PROMISED if not hasattr(fake_evolution, name)] == []


def test_public_names_are_loaded_from_where_they_are_typed() -> None:
    """What a type checker reads and what is loaded at run time are the same names from the same modules."""
    tree = ast.parse(inspect.getsource(fake_evolution))
    typed = {
        alias.name: str(node.module).removeprefix("fake_evolution.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module not in ("importlib", "typing")
        for alias in node.names
    }

    assert typed == fake_evolution._HOMES
    assert sorted(typed) == sorted(PROMISED)


def test_package_that_is_not_used_loads_nothing() -> None:
    """Importing the package alone loads none of its parts and no dependency; an unknown name is refused by name."""
    told = "import sys, fake_evolution; print(sorted(name for name in sys.modules if name[:4] in ('fake', 'aioh')))"

    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603  our own

    assert loaded.stdout == "['fake_evolution']\n"
    with pytest.raises(AttributeError, match="module 'fake_evolution' has no attribute 'Clinet'"):
        fake_evolution.Clinet  # type: ignore[attr-defined]  # noqa: B018  asking is the act


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

    wanted = {"aiohttp", "faker", "orjson", "pillow", "pyjwt", "python-socketio", "pyyaml", "segno", "uvloop", "yarl"}
    assert names == wanted
