"""Reads a run directory. Any file may be missing or cut off: what is there is shown, what is not is said."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from fake_evolution import FakeEvolutionError, Record, read_journal
from reports.errors import NotARunError
from reports.values import Row, row

RUN, VERDICTS, JOURNAL, SAMPLES = "run.json", "verdicts.json", "journal.jsonl", "samples.ndjson"
_JOURNAL_PARTS = "*journal.jsonl"


@dataclass(frozen=True, slots=True)
class RunFiles:
    """A run as its files tell it; `notes` says what is missing and why that may be."""

    name: str
    run: Row
    verdicts: Any
    records: tuple[Record, ...]
    samples: tuple[Row, ...]
    notes: tuple[str, ...]


def read_run(run_dir: Path) -> RunFiles:
    """Everything in the directory; NotARunError when it holds nothing that a run writes."""
    if not run_dir.is_dir():
        raise NotARunError(f"'{run_dir}' is no directory; give a run directory, such as reports/runs/latest")
    if not any((run_dir / name).exists() for name in (RUN, VERDICTS, SAMPLES)) and not _journals(run_dir):
        legal = f"{RUN}, {VERDICTS}, {JOURNAL}, {SAMPLES}"
        raise NotARunError(f"'{run_dir}' is no run directory: none of {legal} is in it")
    notes: list[str] = []
    return RunFiles(
        name=run_dir.resolve().name,
        run=row(_read(run_dir / RUN, orjson.loads, {}, notes)),
        verdicts=_read(run_dir / VERDICTS, orjson.loads, {}, notes),
        records=_records(run_dir, notes),
        samples=_read(run_dir / SAMPLES, _lines, (), notes),
        notes=tuple(notes),
    )


def _read(path: Path, parse: Callable[[bytes], Any], otherwise: Any, notes: list[str]) -> Any:
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        notes.append(f"{path.name} is missing: the run ended before it was written")
    except (OSError, orjson.JSONDecodeError) as error:
        notes.append(f"{path.name} cannot be read: {error}")
    return otherwise


def _lines(content: bytes) -> tuple[Row, ...]:
    """The objects of an NDJSON file; a line that was cut off is dropped."""
    found = []
    for line in content.split(b"\n"):
        try:
            found.append(row(orjson.loads(line)))
        except orjson.JSONDecodeError:
            continue
    return tuple(entry for entry in found if entry)


def _journals(run_dir: Path) -> list[Path]:
    """The journal, or the parts of it that a run which did not end left unmerged."""
    whole = run_dir / JOURNAL
    return [whole] if whole.exists() else sorted(run_dir.glob(_JOURNAL_PARTS))


def _records(run_dir: Path, notes: list[str]) -> tuple[Record, ...]:
    paths = _journals(run_dir)
    if [path.name for path in paths] != [JOURNAL]:
        instead = f"; shown instead: {', '.join(path.name for path in paths)}" if paths else ""
        notes.append(f"{JOURNAL} is missing: the run ended before it was written{instead}")
    found: list[Record] = []
    for path in paths:
        try:
            found += read_journal(path)
        except FakeEvolutionError as error:
            notes.append(f"{path.name} cannot be read: {error}")
    return tuple(sorted(found, key=lambda record: record.t))
