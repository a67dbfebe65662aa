"""From judgements to verdicts: judge one thing, then fold.

false    at least one thing is broken
true     nothing is broken and at least one thing was judged
unknown  nothing was there to judge, or the judging itself crashed (its traceback is kept); never a pass
"""

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fake_evolution import Record
from scenarios.history import History
from scenarios.rules import Duty, Gap, Invariant, Judgement, invariants

WITNESS_RECORDS_MAX = 8
_TEXT_CHARS_MAX = 300


class Truth(StrEnum):
    """The three values of a verdict."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken thing, as the report shows it."""

    phase: str
    subject: str
    t: float
    size: float
    sentence: str
    witness: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return {
            "phase": self.phase,
            "subject": self.subject,
            "t": self.t,
            "size": self.size,
            "sentence": self.sentence,
            "witness": list(self.witness),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a history says about an invariant: how often judged, how often broken, first and worst."""

    id: str
    gap: Gap | Duty
    title: str
    verdict: Truth
    exercised: int = 0
    count: int = 0
    first: Finding | None = None
    worst: Finding | None = None
    trace: str | None = None

    @property
    def diagnosis(self) -> str:
        """One sentence: what to make of it."""
        if self.worst is not None:
            return self.worst.sentence
        if self.trace is not None:
            return f"{self.id} could not be judged: {self.trace.strip().splitlines()[-1]}"
        if self.verdict is Truth.TRUE:
            return f"held in all {self.exercised} observations"
        return "nothing in this history puts it to the test"

    def to_json(self) -> dict[str, Any]:
        """The verdict as a JSON object."""
        return {
            "id": self.id,
            "gap": self.gap.value,
            "title": self.title,
            "verdict": self.verdict.value,
            "exercised": self.exercised,
            "count": self.count,
            "first": None if self.first is None else self.first.to_json(),
            "worst": None if self.worst is None else self.worst.to_json(),
            "witness": [] if self.worst is None else list(self.worst.witness),
            "diagnosis": self.diagnosis,
            "traceback": self.trace,
        }


def every_invariant() -> tuple[Invariant, ...]:
    """All invariants there are, I1 before I10."""
    found = [invariants.find(name) for name in invariants.names()]
    return tuple(sorted(found, key=lambda one: (len(one.id), one.id)))


def check(rule: Invariant, history: History, *, phase: str) -> Verdict:
    """What one phase says about one invariant; a crash is unknown and keeps its traceback."""
    return _check(rule, lambda: rule.judge(history), history, phase)


def check_across(rule: Invariant, history: History, phases: Sequence[History]) -> Verdict | None:
    """What all phases together say about an invariant that looks across them; `history` is the whole run's."""
    across = rule.across
    return None if across is None else _check(rule, lambda: across(phases), history, "all phases")


def _check(rule: Invariant, judgements: Callable[[], Iterator[Judgement]], history: History, phase: str) -> Verdict:
    broken: list[Judgement] = []
    judged = 0
    try:
        for judgement in judgements():
            judged += 1
            if not judgement.holds:
                broken.append(judgement)
    except Exception:  # noqa: BLE001  a bug in judging must not pass for a verdict
        return _verdict(rule, Truth.UNKNOWN, trace=traceback.format_exc())
    if not broken:
        return _verdict(rule, Truth.TRUE if judged else Truth.UNKNOWN, exercised=judged)
    first = min(broken, key=lambda judgement: judgement.t)
    worst = max(broken, key=lambda judgement: (judgement.size, -judgement.t))
    return _verdict(
        rule,
        Truth.FALSE,
        exercised=judged,
        count=len(broken),
        first=_finding(first, history, phase),
        worst=_finding(worst, history, phase),
    )


def fold(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict over all phases: broken anywhere is broken; a crash anywhere is at best unknown."""
    first, trace = _fold_parts(verdicts)
    broken = [verdict for verdict in verdicts if verdict.verdict is Truth.FALSE]
    findings = [verdict.worst for verdict in broken if verdict.worst is not None]
    held = any(verdict.verdict is Truth.TRUE for verdict in verdicts)
    truth = Truth.FALSE if broken else Truth.TRUE if held and trace is None else Truth.UNKNOWN
    one = verdicts[0]
    return Verdict(
        id=one.id,
        gap=one.gap,
        title=one.title,
        verdict=truth,
        exercised=sum(verdict.exercised for verdict in verdicts),
        count=sum(verdict.count for verdict in verdicts),
        first=first,
        worst=max(findings, key=lambda finding: finding.size, default=None),
        trace=trace,
    )


def _fold_parts(verdicts: Iterable[Verdict]) -> tuple[Finding | None, str | None]:
    verdicts = tuple(verdicts)
    first = min(
        (verdict.first for verdict in verdicts if verdict.first is not None),
        key=lambda finding: finding.t,
        default=None,
    )
    trace = next((verdict.trace for verdict in verdicts if verdict.trace is not None), None)
    return first, trace


def _verdict(rule: Invariant, truth: Truth, **found: Any) -> Verdict:
    return Verdict(id=rule.id, gap=rule.gap, title=rule.title, verdict=truth, **found)


def _finding(judgement: Judgement, history: History, phase: str) -> Finding:
    wanted = sorted(set(judgement.witness))[:WITNESS_RECORDS_MAX]
    records = history.with_seqs(wanted)
    return Finding(
        phase=phase,
        subject=judgement.subject,
        t=judgement.t,
        size=judgement.size,
        sentence=judgement.sentence,
        witness=tuple(_line(record) for record in records),
    )


def _line(record: Record) -> dict[str, Any]:
    """The record as a line of evidence; long texts are cut."""
    return {name: _short(value) for name, value in record.line().items()}


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else repr(value) if isinstance(value, dict | list) else None
    if text is None or len(text) <= _TEXT_CHARS_MAX:
        return value
    return f"{text[:_TEXT_CHARS_MAX]}… ({len(text)} characters)"
