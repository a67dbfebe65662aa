"""A journal on disk, read line by line: records by their place, and by their number, without all of them in memory."""

import mmap
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import orjson

from fake_evolution import JournalError, Record

# So much is read before its memory is given back.
_FORGET_EVERY_BYTES = 32 * 1024 * 1024


class JournalFile:
    """Reads the lines of a journal; lines that are no record are counted and left out, never fatal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unreadable = 0
        self.cut = False
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise JournalError(f"journal {path} cannot be read: {error.strerror}") from error
        self._size = path.stat().st_size
        # An empty file cannot be mapped.
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if self._size else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._map is not None:
            self._map.close()
        self._file.close()

    def records(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Record]]:
        """Every record with the place of its line, from a place to another."""
        for place, line in self._lines(start, end):
            record = _parsed(line)
            if record is not None:
                yield place, record
            elif line.strip():
                self.unreadable += line.endswith(b"\n")
                self.cut |= not line.endswith(b"\n")

    def forget(self) -> None:
        """Give back the memory of what was read; it is read again when it is needed."""
        if self._map is not None and hasattr(self._map, "madvise"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def notes(self) -> Iterator[str]:
        """What is wrong with the file, once it was read."""
        if self.cut:
            yield "the journal ends in the middle of a line: the run was cut off there"
        if self.unreadable:
            yield f"left out: {self.unreadable} lines that are no record (a JSON object with seq, t, wall, kind)"

    def at(self, places: Iterable[int]) -> Iterator[Record]:
        """The records at these places, of which all are known to hold one."""
        if self._map is None:
            return
        for place in places:
            end = self._map.find(b"\n", place)
            record = _parsed(self._map[place : end if end >= 0 else len(self._map)])
            if record is not None:
                yield record

    def of_kinds(self, kinds: frozenset[str], start: int, end: int) -> Iterator[Record]:
        """The records of these kinds between two places; the others are not even parsed. All, without kinds."""
        names = b"|".join(re.escape(kind.encode()) for kind in sorted(kinds))
        marks = re.compile(rb'"kind"\s*:\s*"(?:' + names + b')"')
        for _, line in self._lines(start, end):
            if not kinds or marks.search(line) is not None:
                record = _parsed(line)
                if record is not None and (not kinds or record.kind in kinds):
                    yield record

    def with_seqs(self, seqs: Iterable[int], start: int = 0, end: int | None = None) -> list[Record]:
        """The records with these numbers between two places; numbers rise with the places."""
        found = (self._with_seq(seq, start, self._size if end is None else end) for seq in sorted(set(seqs)))
        return [record for record in found if record is not None]

    def _with_seq(self, seq: int, start: int, end: int) -> Record | None:
        """Halve what is left until the line is found."""
        while self._map is not None and start < end:
            middle = self._map.rfind(b"\n", start, (start + end) // 2) + 1 or start
            line_end = self._map.find(b"\n", middle) + 1 or end
            record = _parsed(self._map[middle:line_end])
            if record is None or record.seq == seq:
                return record
            if record.seq < seq:
                start = line_end
            else:
                end = middle
        return None

    def _lines(self, start: int, end: int | None) -> Iterator[tuple[int, bytes]]:
        if self._map is None:
            return
        last, place = self._size if end is None else end, start
        forget_at = start + _FORGET_EVERY_BYTES
        while place < last:
            if place > forget_at:
                self.forget()
                forget_at = place + _FORGET_EVERY_BYTES
            self._map.seek(place)
            line = self._map.readline()
            yield place, line
            place += len(line)


def _parsed(line: bytes) -> Record | None:
    try:
        found = orjson.loads(line)
        return Record(
            int(found.pop("seq")), float(found.pop("t")), str(found.pop("wall", "")), str(found.pop("kind")), found
        )
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError, ValueError):
        return None
