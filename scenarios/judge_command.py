"""`python -m scenarios judge FILE|DIR`: judge a journal by itself, however long it is and wherever it came from."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from fake_evolution import JournalError
from scenarios.errors import ScenarioError
from scenarios.judging import Truth, Verdict
from scenarios.trial import JournalJudged, judge_journal
from scenarios.verdict import EXIT_CODES, Word

_JOURNAL = "journal.jsonl"


def add_command(commands: Any) -> None:
    """The command among the others."""
    command = commands.add_parser("judge", help="judge a journal, or the one in a run's directory, by itself")
    command.add_argument("journal", metavar="FILE|DIR", type=Path)


def run_command(parsed: argparse.Namespace) -> int:
    """Judge and print; 0 when nothing is broken, 1 when something is, 2 when nothing was judged, 3 after a crash."""
    path = parsed.journal / _JOURNAL if parsed.journal.is_dir() else parsed.journal
    began_s = time.perf_counter()
    try:
        found = judge_journal(path, whole=True)
    except JournalError as error:
        raise ScenarioError(f"{error}; give a journal, or a run's directory with a {_JOURNAL} in it") from error
    took_s = time.perf_counter() - began_s
    word = _word(found)
    for line in _lines(found):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{word}: {found.records} records, {len(found.phases)} phases, judged in {took_s:.1f} s\n")
    return EXIT_CODES[word]


def _word(found: JournalJudged) -> Word:
    truths = {verdict.verdict for verdict in found.invariants}
    if Truth.FALSE in truths:
        return Word.FAIL
    if any(verdict.trace is not None for verdict in found.invariants):
        return Word.INVALID
    return Word.PASS if Truth.TRUE in truths else Word.INCONCLUSIVE


def _lines(found: JournalJudged) -> list[str]:
    lines = [_line(verdict) for verdict in found.invariants]
    for verdict in found.invariants:
        if verdict.trace is not None:
            lines += ["", verdict.trace.rstrip()]
    return [*lines, *(f"note: {note}" for note in found.notes)]


def _line(verdict: Verdict) -> str:
    return f"{verdict.id:4} {verdict.verdict.value:7} {verdict.exercised:6}  {verdict.diagnosis}"
