"""The README says what the code says."""

import re
from pathlib import Path

import pytest

from channel_backend import config, status
from channel_backend.app import ROUTES

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def between(mark: str) -> str:
    """What stands between the two comments of this name."""
    found = re.search(rf"<!-- {mark}: .*? -->\n(.*?)<!-- /{mark} -->", README, re.DOTALL)
    assert found is not None
    return found[1].strip()


@pytest.mark.parametrize(
    ("mark", "table"),
    [("settings", config.markdown_table()), ("transitions", status.markdown_table())],
)
def test_tables_are_those_of_the_code(mark: str, table: str) -> None:
    """Run the command in the comment and paste its output."""
    assert between(mark) == table


def test_every_group_of_routes_is_documented() -> None:
    """No route without a line in the README."""
    groups = {"/".join(route.path.split("/")[:4]).split("{")[0].rstrip("/") for route in ROUTES}

    missing = [
        group for group in sorted(groups) if not any(part in README for part in (group, group.rsplit("/", 1)[-1]))
    ]

    assert missing == []
