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


class Tally:
    """What the histories of a phase say about one invariant, one after the other; only first and worst are kept."""

    def __init__(self, rule: Invariant, phase: str) -> None:
        self.rule = rule
        self.phase = phase
        self.collected: list[Any] = []
        self._judged = 0
        self._broken = 0
        self._first: Finding | None = None
        self._worst: Finding | None = None
        self._trace: str | None = None

    def take(self, history: History) -> None:
        """Judge one history, and keep what only all phases together can tell."""
        self.add(lambda: self.rule.judge(history), history)
        if self.rule.collect is not None and self._trace is None:
            try:
                self.collected.extend(self.rule.collect(history))
            except Exception:  # noqa: BLE001  a bug in judging must not pass for a verdict
                self._trace = traceback.format_exc()

    def add(self, judgements: Callable[[], Iterator[Judgement]], history: History) -> None:
        """Count judgements; a crash spoils the whole phase, for what it hides nobody knows."""
        if self._trace is not None:
            return
        try:
            for judgement in judgements():
                self._judged += 1
                if not judgement.holds:
                    self._note(judgement, history)
        except Exception:  # noqa: BLE001  a bug in judging must not pass for a verdict
            self._trace = traceback.format_exc()

    def verdict(self) -> Verdict:
        """What it comes to."""
        if self._trace is not None:
            return _verdict(self.rule, Truth.UNKNOWN, trace=self._trace)
        if not self._broken:
            return _verdict(self.rule, Truth.TRUE if self._judged else Truth.UNKNOWN, exercised=self._judged)
        return _verdict(
            self.rule,
            Truth.FALSE,
            exercised=self._judged,
            count=self._broken,
            first=self._first,
            worst=self._worst,
        )

    def _note(self, judgement: Judgement, history: History) -> None:
        self._broken += 1
        first, worst = self._first, self._worst
        earlier = first is None or judgement.t < first.t
        worse = worst is None or (judgement.size, -judgement.t) > (worst.size, -worst.t)
        if earlier or worse:
            finding = _finding(judgement, history, self.phase)
            self._first = finding if earlier else first
            self._worst = finding if worse else worst


def check(rule: Invariant, history: History, *, phase: str) -> Verdict:
    """What one history says about one invariant; a crash is unknown and keeps its traceback."""
    tally = Tally(rule, phase)
    tally.take(history)
    return tally.verdict()


def check_across(rule: Invariant, collected: Sequence[Any], history: History) -> Verdict | None:
    """What all phases together say about an invariant that looks across them; witnesses come from `history`."""
    across = rule.across
    if across is None:
        return None
    tally = Tally(rule, "all phases")
    tally.add(lambda: across(collected), history)
    return tally.verdict()


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
