"""What the contract says of the backend's calls, noted on the calls' own records: judging reads the journal alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from scenarios.processes import RoomError, call_room
from scenarios.run_dir import RunDir

FILE = "calls.json"
# Lines without it are no calls; of the others, a look into them tells.
_CALL = b'"call"'
# Calls that Evolution would refuse are news about the backend, and no trouble of the harness.
_FINE = frozenset({0, 1})


def note_calls(run_dir: RunDir) -> None:
    """Have every call held against the contract; RoomError when that could not be done, and the journal stays."""
    target = run_dir.path / FILE
    call_room(("contracts", "calls", str(run_dir.journal), "--json", str(target)), fine=_FINE)
    try:
        invalid = orjson.loads(target.read_bytes())["invalid"]
    except (OSError, orjson.JSONDecodeError, KeyError) as error:
        raise RoomError(f"`contracts calls` left no {FILE} that can be read: {error}") from error
    write_violations(run_dir.journal, invalid)


def write_violations(journal: Path, invalid: Mapping[str, list[str]]) -> None:
    """Write what is wrong with each call (nothing, mostly) on its record; every other line stays as it is."""
    partial = journal.with_name(f".{journal.name}.partial")
    with journal.open("rb") as lines, partial.open("wb") as noted:
        for line in lines:
            noted.write(_noted(line, invalid) if _CALL in line else line)
    partial.replace(journal)


def _noted(line: bytes, invalid: Mapping[str, list[str]]) -> bytes:
    try:
        record: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return line  # cut off while it was written
    if not isinstance(record, dict) or record.get("kind") != "call":
        return line
    noted = record | {"violations": invalid.get(str(record.get("seq")), [])}
    return orjson.dumps(noted, option=orjson.OPT_APPEND_NEWLINE)
