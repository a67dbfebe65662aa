"""The command that a run says repeats it."""

import configparser
from pathlib import Path

import pytest

from scenarios.cli import TOX_COMMANDS, repeat_command

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        (["gate", "--seed", "1"], "gate", "uvx tox -e gate -- --seed 1"),
        (["gate", "--no-catalogue", "--label", "load", "--seed", "3"], "load", "uvx tox -e load -- --seed 3"),
        (["run", "my file.yaml"], "run", "uvx tox -e run -- 'my file.yaml'"),
        (["gate", "--seed", "1"], None, "python -m scenarios gate --seed 1"),
        (["gate", "--seed", "1"], "tests", "python -m scenarios gate --seed 1"),
    ],
)
def test_a_run_is_repeated_the_way_it_was_started(given: list[str], environment: str | None, expected: str) -> None:
    """A run that came through tox is repeated through tox, any other through python."""
    command = repeat_command(given, tox_environment=environment)

    assert command == expected


@pytest.mark.parametrize("environment", sorted(TOX_COMMANDS))
def test_what_tox_puts_before_the_options_is_what_tox_ini_says(environment: str) -> None:
    """The hidden words of every environment stand in tox.ini."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")

    command = tox[f"testenv:{environment}"]["commands"]

    assert command == " ".join(["python -m scenarios", *TOX_COMMANDS[environment], "{posargs}"])
