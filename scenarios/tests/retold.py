"""Histories that a wrong reading of the rules misjudges, and how each is to be judged.

    @retold(false="I20", unknown="I19 I33")
    def outage_404(tale): ...

The docstring says which wrong reading it is. `python -m scenarios.tests.retold` writes them all, with their labels,
to `scenarios/tests/histories/`; what stands there is what is judged, and a test keeps both the same.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from scenarios.tests.odd_tale import OddTale

FOLDER = Path(__file__).with_name("histories")
LABELS = FOLDER / "labels.json"
_BOOKS = ("tales_of_connecting", "tales_of_surroundings", "tales_of_files")

Teller = Callable[[OddTale], None]


@dataclass(frozen=True, slots=True)
class Retold:
    """A history and its labels; no invariant beside those of `false` may be broken by it."""

    name: str
    why: str
    tell: Teller
    false: tuple[str, ...]
    true: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: str
    edit: Callable[[bytes], bytes]

    def content(self) -> bytes:
        """The journal, as it stands in its file."""
        tale = OddTale()
        self.tell(tale)
        records = [
            {"kind": "phase.start", "t": 0.0, "phase": self.name, "scenario": self.name, "seed": 1, "faults": []}
        ]
        records += [{"kind": one.kind, "t": one.t, **one.fields} for one in tale.records()]
        records.append({"kind": "phase.end", "t": records[-1]["t"], "phase": self.name})
        lines = ({"seq": seq, "wall": "", **record} for seq, record in enumerate(records, 1))
        return self.edit(b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines))

    def label(self) -> dict[str, Any]:
        """What stands in the file of labels."""
        words = {"false": self.false, "true": self.true, "unknown": self.unknown}
        return {"why": self.why, **{word: list(ids) for word, ids in words.items()}, "notes": self.notes}


_FOUND: dict[str, Retold] = {}


def retold(
    *,
    false: str = "",
    true: str = "",
    unknown: str = "",
    notes: str = "",
    edit: Callable[[bytes], bytes] = bytes,
) -> Callable[[Teller], Teller]:
    """Register a history with its labels: ids of invariants, with blanks between; `notes` must be said of it."""

    def register(tell: Teller) -> Teller:
        name = tell.__name__.replace("_", "-")
        assert name not in _FOUND, name
        assert tell.__doc__, name
        _FOUND[name] = Retold(
            name=name,
            why=tell.__doc__,
            tell=tell,
            false=tuple(false.split()),
            true=tuple(true.split()),
            unknown=tuple(unknown.split()),
            notes=notes,
            edit=edit,
        )
        return tell

    return register


def every_history() -> Mapping[str, Retold]:
    """All of them, by name."""
    for book in _BOOKS:
        import_module(f"scenarios.tests.{book}")
    return dict(sorted(_FOUND.items()))


def write(folder: Path = FOLDER) -> int:
    """Write every history and the labels; how many there are."""
    found = every_history()
    folder.mkdir(exist_ok=True)
    for one in found.values():
        (folder / f"{one.name}.jsonl").write_bytes(one.content())
    labels = {name: one.label() for name, one in found.items()}
    (folder / LABELS.name).write_text(json.dumps(labels, indent=1, ensure_ascii=False) + "\n")
    return len(found)


if __name__ == "__main__":
    # The same module under its own name: the books register there.
    sys.stdout.write(f"{import_module('scenarios.tests.retold').write()} histories\n")
