"""The command line that judges an image, and what comes back of it."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
RUN_S_MAX = 900
POSTGRES_IMAGE = os.environ.get("E2E_POSTGRES_IMAGE", "postgres:17")
REDIS_IMAGE = os.environ.get("E2E_REDIS_IMAGE", "redis:7")
PYTHON_IMAGE = os.environ.get("E2E_PYTHON_IMAGE", "python:3.13-slim")
BACKEND_IMAGE = os.environ.get("E2E_BACKEND_IMAGE", "fake-evolution/channel-backend")
FAKE_IMAGE = os.environ.get("E2E_FAKE_IMAGE", "fake-evolution/fake-evolution")
IMAGES = (POSTGRES_IMAGE, REDIS_IMAGE, PYTHON_IMAGE, BACKEND_IMAGE, FAKE_IMAGE)


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended."""

    exit_code: int
    out: str
    run_dir: Path | None = None

    @property
    def lines(self) -> list[str]:
        """What it said, line by line."""
        return self.out.splitlines()


def command_line(run_root: Path, *arguments: str) -> list[str]:
    """The command that judges an image, with the images that there are."""
    images = ("--postgres-image", POSTGRES_IMAGE, "--redis-image", REDIS_IMAGE)
    stack = ("--stack", "containers", *images) if "--stack" not in arguments else ()
    command, *further = arguments
    return [sys.executable, "-m", "scenarios", command, *stack, *further, "--run-root", str(run_root)]


def run_json(done: Done) -> dict[str, Any]:
    """What a run wrote of itself."""
    assert done.run_dir is not None, done.out
    found: dict[str, Any] = json.loads((done.run_dir / "run.json").read_text())
    return found
