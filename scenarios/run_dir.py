"""The directory of a run: made at its start, so that whatever is recorded is found, however the run ends."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from scenarios.errors import ScenarioError

LATEST = "latest"
_SAME_SECOND_MAX = 100


@dataclass(frozen=True, slots=True)
class RunDir:
    """A run's directory and the files in it."""

    path: Path

    @property
    def journal(self) -> Path:
        """What happened."""
        return self.path / "journal.jsonl"

    @property
    def load_journal(self) -> Path:
        """What the load's own processes saw, until it is merged into the journal."""
        return self.path / "load-journal.jsonl"

    @property
    def samples(self) -> Path:
        """One line a journey."""
        return self.path / "samples.ndjson"

    @property
    def acceptance(self) -> Path:
        """What the load's judge says."""
        return self.path / "acceptance.json"

    def write_json(self, name: str, value: Any) -> Path:
        """Write a whole file or none."""
        return self.write(name, orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    def write(self, name: str, content: bytes) -> Path:
        """Write a whole file or none."""
        return self.write_lines(name, (content,))

    def write_lines(self, name: str, lines: Iterable[bytes]) -> Path:
        """Write a whole file or none, line by line."""
        path = self.path / name
        partial = path.with_name(f".{name}.partial")
        with partial.open("wb") as file:
            file.writelines(lines)
        partial.replace(path)
        return path

    def add_sample(self, sample: Mapping[str, Any]) -> None:
        """Append one journey's numbers."""
        with self.samples.open("ab") as file:
            file.write(orjson.dumps(sample, option=orjson.OPT_APPEND_NEWLINE))


def make_run_dir(root: Path, *, label: str, seed: int, now: datetime) -> RunDir:
    """A new directory of its own below `root`; `latest` points to it from now on."""
    name = f"{now:%Y%m%dT%H%M%SZ}-{label}-seed{seed}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        made = _make_new(root, name)
        _point(root / LATEST, made.name)
    except OSError as error:
        problem = error.strerror or str(error)
        raise ScenarioError(f"no run directory can be made in {root}: {problem}; give --run-root") from error
    run_dir = RunDir(made)
    run_dir.samples.touch()
    return run_dir


def _make_new(root: Path, name: str) -> Path:
    """Runs that begin in the same second do not share a directory."""
    for turn in range(1, _SAME_SECOND_MAX):
        path = root / (name if turn == 1 else f"{name}-{turn}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{_SAME_SECOND_MAX} runs in one second")


def _point(link: Path, name: str) -> None:
    """Replace the link in one step, so that it never points nowhere."""
    fresh = link.with_name(f".{link.name}-{name}-{os.getpid()}")
    fresh.symlink_to(name, target_is_directory=True)
    fresh.replace(link)
