"""From rows to the matrix: how often each defect was caught and by what; what the clean backend was accused of."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.matrix.batch import Row
from scenarios.verdict import Word

CAUGHT_SHARE_MIN = 0.9
"""In at least so many of its seeds a defect must be caught; below, it is caught by luck."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect of the reference backend, and where it must be caught."""

    id: str
    stands_for: str
    scenario: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """How one defect fared in one scenario."""

    defect: str
    stands_for: str
    scenario: str
    is_own: bool
    seeds: int
    caught: int
    first: Mapping[str, int]
    broken: Mapping[str, int]
    invalid: int
    sentence: str

    @property
    def word(self) -> str:
        """What a reader of the table wants to know."""
        if self.seeds == 0 or not self.caught:
            return "missed"
        return "caught" if self.caught >= CAUGHT_SHARE_MIN * self.seeds else "by luck"

    def to_json(self) -> dict[str, Any]:
        """The line as a JSON object."""
        names = ("defect", "stands_for", "scenario", "is_own", "seeds", "caught", "word", "invalid", "sentence")
        return {name: getattr(self, name) for name in names} | {
            "first": dict(self.first),
            "broken": dict(self.broken),
        }


@dataclass(frozen=True, slots=True)
class Clean:
    """How the clean backend fared: a false alarm is a run that is not a pass through a fault of nobody's."""

    runs: int
    false_alarms: tuple[Row, ...]
    undecided: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """The column as a JSON object."""
        return {
            "runs": self.runs,
            "false_alarms": [row.to_json() for row in self.false_alarms],
            "undecided": [row.to_json() for row in self.undecided],
        }


def line_of(defect: Defect, scenario: str, rows: Sequence[Row]) -> Line:
    """What the rows of one defect in one scenario come to; an invalid run neither catches nor misses."""
    valid = [row for row in rows if row.verdict != Word.INVALID or row.broken]
    caught = [row for row in valid if row.broken]
    wanted = [row for row in caught if set(row.broken) & set(defect.by)] if scenario == defect.scenario else caught
    first = Counter(row.first for row in wanted if row.first is not None)
    sentences = (row.broken[name] for row in wanted for name in (*defect.by, *row.broken) if name in row.broken)
    return Line(
        defect=defect.id,
        stands_for=defect.stands_for,
        scenario=scenario,
        is_own=scenario == defect.scenario,
        seeds=len(valid),
        caught=len(wanted),
        first=dict(first.most_common()),
        broken=dict(Counter(name for row in wanted for name in row.broken).most_common()),
        invalid=len(rows) - len(valid),
        sentence=next(sentences, ""),
    )


def clean_of(rows: Iterable[Row]) -> Clean:
    """What the clean backend was accused of."""
    rows = tuple(rows)
    alarms = tuple(row for row in rows if row.verdict == Word.FAIL)
    undecided = tuple(row for row in rows if row.verdict in {Word.INVALID, Word.INCONCLUSIVE})
    return Clean(len(rows), alarms, undecided)


def holds(lines: Iterable[Line], clean: Clean) -> bool:
    """Whether every defect is caught by its own scenario, and the clean backend never accused."""
    return all(line.word == "caught" for line in lines if line.is_own) and not clean.false_alarms


def table(lines: Sequence[Line], clean: Clean) -> str:
    """The matrix for a terminal and a summary, in Markdown."""
    head = ["| defect | stands for | scenario | caught | first by | |", "|---|---|---|---|---|---|"]
    body = [
        f"| {line.defect} | {line.stands_for} | {line.scenario} | {line.caught}/{line.seeds} | "
        f"{', '.join(f'{name} in {count}' for name, count in line.first.items()) or '-'} | {line.word} |"
        for line in lines
    ]
    alarms = [
        f"| *clean* | | {row.scenario} seed {row.seed} | | {row.reason} | false alarm |" for row in clean.false_alarms
    ]
    foot = f"clean backend: {clean.runs} runs, {len(clean.false_alarms)} false alarms, {len(clean.undecided)} undecided"
    return "\n".join([*head, *body, *alarms, "", foot])
