"""Tests of this room's README: it says what the code says."""

import re
from inspect import cleandoc
from pathlib import Path

import pytest

import fake_evolution
from fake_evolution import Client, ThreadedFake
from fake_evolution.api.control import ENDPOINTS
from fake_evolution.cli import LIMITS
from fake_evolution.config import Config
from fake_evolution.pytest_plugin import _OPTIONS

README = (Path(fake_evolution.__file__).parent / "README.md").read_text(encoding="utf-8")


def first_words(text: str | None) -> str:
    """The first part of a docstring's first sentence."""
    return re.split(r"[;.\n]", cleandoc(text or ""))[0]


def rows(part: str) -> list[list[str]]:
    """The rows of the table between two comments, without its head."""
    found = re.search(rf"<!-- {part} -->\n(.*?)<!-- /{part} -->", README, re.DOTALL)
    assert found is not None
    lines = found[1].strip().splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [[name.strip("`"), *told] for name, *told in cells]


def test_readme_lists_every_call_of_the_control_api() -> None:
    """Method, path and the first words of what it does."""
    assert rows("calls") == [[f"{call.method} {call.path}", first_words(call.answer.__doc__)] for call in ENDPOINTS]


def test_readme_lists_every_limit() -> None:
    """Each option with what it bounds and its default."""
    defaults = Config()

    told = [
        [f"--{name.replace('_', '-')}", f"{words} ({getattr(defaults, name):,})"] for name, (_, words) in LIMITS.items()
    ]

    assert rows("limits") == told


def test_readme_lists_every_option_of_the_plugin() -> None:
    """Each with the words of `pytest --help`."""
    assert rows("options") == [[f"--fake-evolution-{name}", words] for name, words in _OPTIONS]


def test_readme_names_what_the_fixture_has() -> None:
    """Every public name of the threaded fake stands in the README."""
    public = [name for name in vars(ThreadedFake) if not name.startswith("_") and name != "bugs"]

    assert [name for name in public if f"`{name}`" not in README] == []


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_examples_are_python(block: str) -> None:
    """Each example compiles, and calls only what there is."""
    compile(block, "README.md", "exec")

    methods = set(re.findall(r"(?:client|fake_evolution)\.(\w+)\(", block))
    assert methods <= set(dir(Client)) | set(dir(ThreadedFake))
