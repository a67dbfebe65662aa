"""Judges a journal of any length: phase after phase, and in each of them channel after channel.

    journal ─line by line─▶ survey of a phase ─▶ islands (what hangs together) ─▶ history ─▶ every invariant ─▶ tally
                                            └─▶ one history of the needed kinds ─▶ invariants that look at all at once

In memory is one channel's history, and of the others what `Surroundings` says.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.harness import Punctuality
from scenarios.history import History, left_out_notes, unknown_kind
from scenarios.journal_file import JournalFile
from scenarios.judging import Tally, Verdict, check_across, every_invariant, fold
from scenarios.staged import JourneyLife
from scenarios.surroundings import Surroundings
from scenarios.survey import Survey

WHOLE = "the whole journal"
"""The name of the one phase of a journal that names none."""


# So many channels may be read before their pages are given back.
_FORGET_EVERY = 500


@dataclass(frozen=True, slots=True)
class PhaseJudged:
    """What a phase showed."""

    verdicts: tuple[Verdict, ...]
    lives: Mapping[str, JourneyLife]
    fired: frozenset[str]
    schedule: Sequence[bytes]
    failed_steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalJudged:
    """What a whole journal showed."""

    phases: Mapping[str, PhaseJudged]
    invariants: tuple[Verdict, ...]
    punctuality: Punctuality
    notes: tuple[str, ...]
    records: int


def judge_journal(path: Path, *, whole: bool = False, start: int = 0) -> JournalJudged:
    """Judge what is in the file, as far as it goes; with `whole`, one without phases is judged as one.

    `start` is the place of the line to begin with: of a journal that goes on, only the newest phases are judged.
    """
    trial = _Trial()
    with JournalFile(path) as journal:
        for survey in _surveys(journal, trial, whole=whole, start=start):
            trial.hear(survey, journal)
        return trial.end(journal)


def _surveys(journal: JournalFile, trial: "_Trial", *, whole: bool, start: int) -> Iterator[Survey]:
    """The phases of the file, each when its last record went by; what lies between belongs to none."""
    current = Survey(WHOLE, start) if whole else None
    world: int | None = None
    for place, record in journal.records(start):
        trial.punctuality.take(record)
        if record.kind == "world":
            world = place
        if record.kind == "phase.start":
            if current is not None and current.name != WHOLE:
                yield current
            current = Survey(str(record.get("phase")), place, world=world)
        if current is not None:
            current.take(place, record)
            current.end = place + 1
            if record.kind == "phase.end" and current.name != WHOLE:
                current.ended = True
                yield current
                current = None
    if current is not None and current.records:
        yield current


class _Trial:
    """What was found so far."""

    def __init__(self) -> None:
        self.punctuality = Punctuality()
        self._rules = every_invariant()
        self._phases: dict[str, PhaseJudged] = {}
        self._collected: dict[str, list[Any]] = {rule.id: [] for rule in self._rules}
        self._left_out: Counter[str] = Counter()
        self._notes: list[str] = []
        self._records = 0

    def hear(self, survey: Survey, journal: JournalFile) -> None:
        """Judge one phase; one of the same name as an earlier one is added to it."""
        around = survey.surroundings(journal)
        tallies = [Tally(rule, survey.name) for rule in self._rules]
        self._hear_islands(survey, journal, around, [one for one in tallies if not one.rule.wide])
        self._hear_all(survey, journal, around, [one for one in tallies if one.rule.wide])
        for tally in tallies:
            self._collected[tally.rule.id].extend(tally.collected)
        found = PhaseJudged(
            tuple(one.verdict() for one in tallies),
            around.lives,
            frozenset(survey.fired),
            survey.schedule,
            tuple(survey.failed_steps),
        )
        earlier = self._phases.get(survey.name)
        self._phases[survey.name] = found if earlier is None else _joined(earlier, found)
        self._left_out.update({unknown_kind(kind): count for kind, count in survey.unknown_kinds.items()})
        self._records += survey.records
        self.punctuality.never_sent += survey.never_sent()
        if not survey.ended and survey.name != WHOLE:
            self._notes.append(f"phase '{survey.name}' has no end: it is judged as far as it goes")

    def end(self, journal: JournalFile) -> JournalJudged:
        """All phases together."""
        empty = History((), around=Surroundings(fetch=journal.with_seqs))
        across = (check_across(rule, self._collected[rule.id], empty) for rule in self._rules)
        columns = zip(across, *(phase.verdicts for phase in self._phases.values()), strict=True)
        folded = (fold([one for one in column if one is not None]) for column in columns) if self._phases else ()
        return JournalJudged(
            phases=self._phases,
            invariants=tuple(folded),
            punctuality=self.punctuality,
            notes=(*journal.notes(), *self._notes, *left_out_notes(self._left_out)),
            records=self._records,
        )

    def _hear_islands(
        self, survey: Survey, journal: JournalFile, around: Surroundings, tallies: Sequence[Tally]
    ) -> None:
        shared = tuple(journal.at(survey.shared))
        doubled = History(shared, around=around).left_out
        for turn, places in enumerate(survey.islands()):
            history = History(journal.at(places), around=around)
            self._left_out.update(history.left_out if turn == 0 else history.left_out - doubled)
            for tally in tallies:
                tally.take(history)
            if turn % _FORGET_EVERY == 0:
                journal.forget()

    def _hear_all(self, survey: Survey, journal: JournalFile, around: Surroundings, tallies: Sequence[Tally]) -> None:
        """One rule after the other, each with what it needs, so that no two of these are in memory together."""
        for tally in tallies:
            needs = tally.rule.needs
            if not needs or needs[0] in survey.kinds:
                records = journal.of_kinds(frozenset(needs), survey.start, survey.end)
                tally.take(History(records, around=around, keep=False))
        journal.forget()


def _joined(earlier: PhaseJudged, later: PhaseJudged) -> PhaseJudged:
    verdicts = (fold(pair) for pair in zip(earlier.verdicts, later.verdicts, strict=True))
    return PhaseJudged(
        verdicts=tuple(verdicts),
        lives={**earlier.lives, **later.lives},
        fired=earlier.fired | later.fired,
        schedule=[*earlier.schedule, *later.schedule],
        failed_steps=(*earlier.failed_steps, *later.failed_steps),
    )
