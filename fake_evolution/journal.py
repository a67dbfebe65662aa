"""The journal: everything that happened, one JSON line a record, flushed line by line.

A record has `seq` (1, 2, 3 …), `t` (seconds since the start of the run), `wall` (UTC) and `kind`; the other fields
depend on the kind. A killed process loses at most the line that was being written, and the reader drops such a tail.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from itertools import islice
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from fake_evolution.clock import MonotonicClock
from fake_evolution.errors import JournalError

_OWN_KEYS_IN_ORDER = ("seq", "t", "wall", "kind")
_OWN_KEYS = frozenset(_OWN_KEYS_IN_ORDER)
_OWN_KEYS_OCTETS_MAX = 160
_US = 1_000_000
_LINE_BREAK = b"\n"  # added by us: octets that are made anew keep none of the serialiser's large buffer in memory


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
    """Writes records to a file (or nowhere) and keeps the newest ones in memory, as the lines that they are.

    Lines instead of objects: a fraction of the memory, and nothing that a garbage collection has to walk over.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: MonotonicClock,
        first_seq: int = 1,
        records_kept_max: int = 100_000,
        octets_kept_max: int = 256 << 20,
        file_octets_max: float = inf,
    ) -> None:
        self.path = path
        self.clock = clock
        self._seq = first_seq
        self._kept: deque[bytes] = deque()
        self._records_kept_max, self._octets_kept_max, self._octets_kept = records_kept_max, octets_kept_max, 0
        self._file = _opened(path) if path else None
        self._file_octets_max, self._file_octets = file_octets_max, path.stat().st_size if path else 0
        self.full = False
        self._unwritten: list[bytes] = []
        self._listeners: list[Callable[[Record], None]] = []
        self._listeners_of: dict[str, list[Callable[[Record], None]]] = {}
        self._wall, self._wall_from_s, self._wall_until_s = "", 0.0, 0.0

    @property
    def last_seq(self) -> int:
        """The `seq` of the newest record; one less than the first when there is none."""
        return self._seq - 1

    def write(self, kind: str, **fields: Any) -> Record:
        """Append a record with this moment's time; the line is in the operating system's hands on return."""
        return Record(*self._append(kind, fields, waits=False), kind, fields)

    def note(self, kind: str, fields: dict[str, Any], *, waits: bool = False) -> None:
        """Append a record that nobody asks back for.

        When it `waits`, its line leaves together with the next one that does not, at the latest at the end of this turn
        of the event loop: for what cannot be seen from outside before another record is written.
        """
        self._append(kind, fields, waits=waits)

    def hears(self, kind: str) -> bool:
        """Whether somebody listens to records of this kind."""
        return bool(self._listeners) or kind in self._listeners_of

    def _append(self, kind: str, fields: dict[str, Any], *, waits: bool) -> tuple[int, float, str]:
        if not _OWN_KEYS.isdisjoint(fields):
            clash = ", ".join(key for key in _OWN_KEYS_IN_ORDER if key in fields)
            raise JournalError(f"record '{kind}' may not set {clash}: the journal does")
        seq, now_s = self._seq, self.clock.now()
        wall = self._wall if self._wall_from_s <= now_s < self._wall_until_s else self._wall_text(now_s)
        t = int(now_s * _US + 0.5) / _US  # rounded, in half the time that `round` takes
        line = orjson.dumps({"seq": seq, "t": t, "wall": wall, "kind": kind, **fields}, str) + _LINE_BREAK
        self._seq = seq + 1
        self._kept.append(line)
        self._octets_kept += len(line)
        if len(self._kept) > self._records_kept_max or self._octets_kept > self._octets_kept_max:
            self._drop_oldest()
        if waits and self._unwritten:
            self._unwritten.append(line)
        elif self._file is not None:
            self._hand_over(self._file, line, waits=waits)
        if self._listeners or kind in self._listeners_of:
            record = Record(seq, t, wall, kind, fields)
            for notify in (*self._listeners, *self._listeners_of.get(kind, ())):
                notify(record)
        return seq, t, wall

    def _drop_oldest(self) -> None:
        kept = self._kept
        while len(kept) > self._records_kept_max or self._octets_kept > self._octets_kept_max:
            self._octets_kept -= len(kept.popleft())

    def _hand_over(self, file: FileIO, line: bytes, *, waits: bool) -> None:
        """Whole lines to the operating system, which may take them in parts when the disk is nearly full."""
        if waits and self._is_flushed_soon():
            self._unwritten.append(line)
            return
        if self._unwritten:
            line = b"".join(self._unwritten) + line
            self._unwritten.clear()
        self._file_octets += len(line)
        if self._file_octets > self._file_octets_max:
            line = self._last_line(line)
        while (written := file.write(line)) < len(line):
            line = line[written:]
        if self.full:
            file.close()

    def _last_line(self, instead_of: bytes) -> bytes:
        """Say in the file that it has reached its limit; from now on records are only kept in memory."""
        self.full, self._file = True, None
        first = orjson.loads(instead_of[: instead_of.index(b"\n")])
        told = {"kind": "journal.full", "file_octets_max": self._file_octets_max}
        return orjson.dumps({**{key: first[key] for key in _OWN_KEYS_IN_ORDER}, **told}, str) + _LINE_BREAK

    def _is_flushed_soon(self) -> bool:
        """Whether a turn of an event loop will end; then what waits is written."""
        try:
            asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:
            return False
        return True

    def flush(self) -> None:
        """Write what waits."""
        if self._unwritten and self._file is not None:
            self._hand_over(self._file, b"", waits=False)

    def _wall_text(self, now_s: float) -> str:
        """The time of day in milliseconds, remembered for as long as it stays the same."""
        wall = self.clock.wall()
        into_s = wall.microsecond % 1000 / 1_000_000
        self._wall = wall.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._wall_from_s, self._wall_until_s = now_s - into_s, now_s - into_s + 0.001
        return self._wall

    def after(self, seq: int, *, kind: str | None = None) -> Iterator[Record]:
        """The kept records newer than `seq`, oldest first."""
        oldest = self._seq - len(self._kept)
        newer = islice(self._kept, max(0, seq + 1 - oldest), None)
        records = (_parsed(line, "the journal in memory") for line in newer if kind is None or _may_be(kind, line))
        return (record for record in records if kind in (None, record.kind))

    def listen(self, notify: Callable[[Record], None], *kinds: str) -> Callable[[], None]:
        """Call `notify(record)` for every record (of these kinds) from now on; the returned function ends that."""
        rows = [self._listeners_of.setdefault(kind, []) for kind in kinds] or [self._listeners]
        for row in rows:
            row.append(notify)

        def stop() -> None:
            for row in rows:
                row.remove(notify)

        return stop

    def close(self) -> None:
        """Close the file; the records in memory stay readable."""
        if self._file is not None:
            self.flush()
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


def _may_be(kind: str, line: bytes) -> bool:
    """Whether a line can be a record of this kind, which stands near its beginning."""
    return line.find(f'"kind":"{kind}"'.encode(), 0, _OWN_KEYS_OCTETS_MAX + len(kind)) >= 0


def _parsed(line: bytes, where: str) -> Record:
    try:
        found = orjson.loads(line)
        seq, t, wall, kind = (found.pop(key) for key in _OWN_KEYS_IN_ORDER)
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError) as error:
        raise JournalError(f"{where} is no journal record (a JSON object with seq, t, wall, kind)") from error
    return Record(seq, t, wall, kind, found)


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
