"""A journal of any length, as a load of many channels leaves it: one recorded life, lived again and again.

    python -m load.bench.long_journal FILE --records 1000000

Every life has a channel, an instance, a journey and QR codes of its own; lives overlap as they do under load.
"""

import argparse
import heapq
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from load.errors import LoadError

ONE_LIFE = Path(__file__).with_name("one_life.jsonl")
LIVES_PER_S = 20.0
TENANTS = 20
RECORDS_MAX = 20_000_000
_TIMES = ("t", "at_s", "asked_s", "sent_s", "due_s", "intended_s")
_WALL = "2026-01-01T00:00:00.000Z"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CODE_CHARS = 235
Row = dict[str, Any]


def rows(records: int) -> Iterator[Row]:
    """So many records and a few more, in the order of time: a phase with as many whole lives as it takes."""
    template = ONE_LIFE.read_text(encoding="utf-8")
    a_life = template.count("\n")
    yield {"t": 0.0, "wall": _WALL, "kind": "phase.start", "phase": "load", "scenario": "load", "seed": 1, "faults": []}
    under_way: list[tuple[float, int, Row]] = []
    last_s, number = 0.0, 0
    for life in range(-(-max(1, records - 2) // a_life)):
        start_s = 1.0 + life / LIVES_PER_S
        while under_way and under_way[0][0] < start_s:
            last_s, _, row = heapq.heappop(under_way)
            yield row
        for row in _life(template, life + 1, start_s):
            number += 1
            heapq.heappush(under_way, (row["t"], number, row))
    while under_way:
        last_s, _, row = heapq.heappop(under_way)
        yield row
    yield {"t": last_s, "wall": _WALL, "kind": "phase.end", "phase": "load"}


def _life(template: str, number: int, start_s: float) -> Iterator[Row]:
    """The recorded life as number so and so lives it, from this second on."""
    code = "2@" + "".join(random.Random(number).choices(_LETTERS, k=_CODE_CHARS))  # noqa: S311  no secret
    own = {
        "@channel@": str(number),
        "@number@": str(number),
        "@tenant@": str(number % TENANTS + 2),
        "@journey@": f"load-{number:07d}",
        "@name@": f"load {number:07d}",
        "@id@": f"00000000-0000-4000-8000-{number:012d}",
        "@phone@": f"55119{number:08d}",
        "@code0@": code,
    }
    for mark, text in own.items():
        template = template.replace(mark, text)
    for line in template.splitlines():
        row = orjson.loads(line)
        for name in _TIMES:
            if row.get(name) is not None:
                row[name] = round(row[name] + start_s, 6)
        row["wall"] = _WALL
        yield row


def write(path: Path, records: int) -> int:
    """Write the journal; how many records it has."""
    if not 1 <= records <= RECORDS_MAX:
        raise LoadError(f"--records is {records}; legal: 1 to {RECORDS_MAX}")
    count = 0
    try:
        with path.open("wb") as file:
            for count, row in enumerate(rows(records), 1):
                file.write(orjson.dumps({"seq": count, **row}, option=orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise LoadError(f"{path} cannot be written: {error.strerror}") from error
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one; 4 where it cannot be."""
    says = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m load.bench.long_journal", description=says)
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000, help="how many, at least (default 1000000)")
    parsed = parser.parse_args(arguments)
    try:
        count = write(parsed.file, parsed.records)
    except LoadError as error:
        sys.stderr.write(f"long_journal: {error}\n")
        return 4
    sys.stdout.write(f"{count} records in {parsed.file}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
