"""The journal: everything that happened, one JSON line a record, flushed line by line.

A record has `seq` (1, 2, 3 …), `t` (seconds since the start of the run), `wall` (UTC) and `kind`; the other fields
depend on the kind. A killed process loses at most the line that was being written, and the reader drops such a tail.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from fake_evolution.clock import MonotonicClock
from fake_evolution.errors import JournalError

_OWN_KEYS_IN_ORDER = ("seq", "t", "wall", "kind")
_OWN_KEYS = frozenset(_OWN_KEYS_IN_ORDER)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the journal."""

    seq: int
    t: float
    wall: str
    kind: str
    fields: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The field, or the default where the record has none."""
        return self.fields.get(name, default)

    def line(self) -> dict[str, Any]:
        """The record as the JSON object that stands in the file."""
        return {"seq": self.seq, "t": self.t, "wall": self.wall, "kind": self.kind, **self.fields}


class Journal:
    """Writes records to a file (or nowhere) and keeps the newest ones in memory."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: MonotonicClock,
        first_seq: int = 1,
        records_kept_max: int = 100_000,
    ) -> None:
        self.path = path
        self.clock = clock
        self._seq = first_seq
        self._kept: deque[Record] = deque(maxlen=records_kept_max)
        self._file = _opened(path) if path else None
        self._listeners: list[Callable[[Record], None]] = []
        self._wall, self._wall_from_s, self._wall_until_s = "", 0.0, 0.0

    @property
    def last_seq(self) -> int:
        """The `seq` of the newest record; one less than the first when there is none."""
        return self._seq - 1

    def write(self, kind: str, **fields: Any) -> Record:
        """Append a record with this moment's time; the line is in the operating system's hands on return."""
        if not _OWN_KEYS.isdisjoint(fields):
            clash = ", ".join(key for key in _OWN_KEYS_IN_ORDER if key in fields)
            raise JournalError(f"record '{kind}' may not set {clash}: the journal does")
        now_s = self.clock.now()
        record = Record(self._seq, round(now_s, 6), self._wall_text(now_s), kind, fields)
        self._seq += 1
        self._kept.append(record)
        if self._file is not None:
            _write_out(self._file, orjson.dumps(record.line(), default=str, option=orjson.OPT_APPEND_NEWLINE))
        if self._listeners:
            for notify in tuple(self._listeners):
                notify(record)
        return record

    def _wall_text(self, now_s: float) -> str:
        """The time of day in milliseconds; made anew only when another one has begun."""
        if not self._wall_from_s <= now_s < self._wall_until_s:
            wall = self.clock.wall()
            into_s = wall.microsecond % 1000 / 1_000_000
            self._wall = wall.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self._wall_from_s, self._wall_until_s = now_s - into_s, now_s - into_s + 0.001
        return self._wall

    def after(self, seq: int, *, kind: str | None = None) -> Iterator[Record]:
        """The kept records newer than `seq`, oldest first."""
        return (record for record in self._kept if record.seq > seq and kind in (None, record.kind))

    def listen(self, notify: Callable[[Record], None]) -> Callable[[], None]:
        """Call `notify(record)` for every record from now on; the returned function ends that."""
        self._listeners.append(notify)
        return lambda: self._listeners.remove(notify)

    def close(self) -> None:
        """Close the file; the records in memory stay readable."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_journal(path: Path | str) -> list[Record]:
    """All records of a file; a last line that was cut off is dropped, any other bad line is a JournalError."""
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise JournalError(f"journal {path} cannot be read: {error.strerror}") from error
    whole, tail = lines[:-1], lines[-1]
    records = [_parsed(line, f"{path}:{number}") for number, line in enumerate(whole, 1) if line.strip()]
    if tail.strip():
        try:
            records.append(_parsed(tail, str(path)))
        except JournalError:
            return records
    return records


def _parsed(line: bytes, where: str) -> Record:
    try:
        found = orjson.loads(line)
        seq, t, wall, kind = (found.pop(key) for key in _OWN_KEYS_IN_ORDER)
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError) as error:
        raise JournalError(f"{where} is no journal record (a JSON object with seq, t, wall, kind)") from error
    return Record(seq, t, wall, kind, found)


def _write_out(file: FileIO, line: bytes) -> None:
    """Hand a whole line to the operating system, which may take it in parts when the disk is nearly full."""
    while line:
        line = line[file.write(line) :]


def _opened(path: Path) -> FileIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _drop_cut_tail(path)
        return FileIO(path, "a")
    except OSError as error:
        raise JournalError(f"journal {path} cannot be written: {os.strerror(error.errno or 0)}") from error


def _drop_cut_tail(path: Path) -> None:
    """Take away the line that a killed process left half written, so that the next record has one of its own."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        whole = file.read()
        if not whole.endswith(b"\n"):
            file.truncate(whole.rfind(b"\n") + 1)
