"""What the fake does not imitate, as the list in not_imitated.yaml says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "not_imitated.yaml"


@dataclass(frozen=True, slots=True)
class NotImitated:
    """Names with the reason why: events, routes and parts that are left out, and those that no recording shows."""

    events: Mapping[str, str]
    routes: Mapping[str, str]
    parts: Mapping[str, str]
    events_not_recorded: Mapping[str, str]
    routes_not_recorded: Mapping[str, str]

    @property
    def left_out(self) -> Mapping[str, str]:
        """Everything that is not as in the real server."""
        return {**self.events, **self.routes, **self.parts}


@cache
def not_imitated() -> NotImitated:
    """Reads the list."""
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    recorded = found["not_recorded"]
    parts = (found["events"], found["routes"], found["parts"], recorded["events"], recorded["routes"])
    return NotImitated(*(_reasons(part) for part in parts))


def _reasons(entries: list[Mapping[str, Any]]) -> Mapping[str, str]:
    return {str(entry["name"]): str(entry["reason"]) for entry in entries}
