"""The end of a run: judge what is there, write run.json and verdicts.json, have the report made."""

import subprocess
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scenarios.calls import note_calls
from scenarios.conclusion import Judged, acceptance_of, judge_history, merge_journals
from scenarios.gate import Course
from scenarios.options import RunOptions
from scenarios.processes import RoomError, call_room
from scenarios.run_dir import RunDir
from scenarios.verdict import EXIT_CODES, EXIT_INTERRUPTED, EXIT_USAGE, Findings, Word, judge_run


@dataclass(frozen=True, slots=True)
class Ending:
    """What the person who asked is told."""

    verdict: Word
    reasons: tuple[str, ...]
    exit_code: int


def finish(options: RunOptions, run_dir: RunDir, course: Course, *, started: datetime, duration_s: float) -> Ending:
    """Judge and write; trouble on the way is part of the verdict, never the end of it."""
    merge_journals(run_dir)
    if options.load is not None:
        _judge_load(run_dir, course)
    judge_wire(run_dir, course)
    judge_calls(run_dir, course)
    judged = judge_history(run_dir, options.scenarios, lateness_ms_max=options.lateness_ms_max)
    ending = _ending(options, run_dir, course, judged)
    run = _run_json(options, run_dir, course, judged, ending)
    run |= {"started": started.isoformat(timespec="seconds"), "duration_s": round(duration_s, 3)}
    run_dir.write_json("verdicts.json", _verdicts_json(judged))
    run_dir.write_json("run.json", run)
    return _render(run_dir, run, ending)


def _judge_load(run_dir: RunDir, course: Course) -> None:
    if not run_dir.samples.exists():
        return
    try:
        call_room(("load", "judge", str(run_dir.path)))
    except RoomError as error:
        course.trouble.append(str(error))


def judge_wire(run_dir: RunDir, course: Course) -> None:
    """Hold what the fake answered and emitted against the contract; a fake that breaks it proves nothing."""
    if not run_dir.journal.exists():
        return
    try:
        call_room(("contracts", "wire", str(run_dir.journal)))
    except RoomError as error:
        course.trouble.append(f"the fake broke its contract: {error}")


def judge_calls(run_dir: RunDir, course: Course) -> None:
    """Hold what the backend asked of Evolution against the contract; the findings stand on the calls' records."""
    if not run_dir.journal.exists():
        return
    try:
        note_calls(run_dir)
    except RoomError as error:
        course.trouble.append(str(error))


def _ending(options: RunOptions, run_dir: RunDir, course: Course, judged: Judged) -> Ending:
    if course.unusable is not None:
        return Ending(Word.INVALID, (course.unusable,), EXIT_USAGE)
    found = Findings(
        scenarios=judged.scenarios,
        invariants=judged.invariants,
        acceptance=acceptance_of(run_dir),
        load_wanted=options.load is not None,
        failed=course.failed,
        interrupted=course.interrupted,
        trouble=(*judged.trouble, *course.trouble),
    )
    word, reasons = judge_run(found)
    exit_code = EXIT_INTERRUPTED if course.interrupted else EXIT_CODES[word]
    return Ending(word, tuple(reasons), exit_code)


def _run_json(options: RunOptions, run_dir: RunDir, course: Course, judged: Judged, ending: Ending) -> dict[str, Any]:
    return {
        "verdict": ending.verdict.value,
        "reason": "; ".join(ending.reasons),
        "reasons": list(ending.reasons),
        "exit_code": ending.exit_code,
        "label": options.label,
        "seed": options.seed,
        "commit": _commit(),
        "sut": course.sut,
        "repeat": options.repeat,
        "acceptance": acceptance_of(run_dir),
        "scenarios": [outcome.to_json() for outcome in judged.scenarios],
        "invariants": [_brief(verdict.to_json()) for verdict in judged.invariants],
        "gaps": list(judged.gaps),
        "duties": list(judged.duties),
        "harness": dict(judged.harness),
        "backend": {"died": course.died, "log_tail": course.log_tail},
        "schedule_sha256": judged.schedule,
        "notes": list(judged.notes),
    }


def _brief(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict as run.json has it; the witnesses are in verdicts.json."""
    names = ("id", "gap", "title", "verdict", "exercised", "count", "first", "worst", "diagnosis")
    brief = {name: verdict[name] for name in names}
    for name in ("first", "worst"):
        if brief[name] is not None:
            brief[name] = {key: value for key, value in brief[name].items() if key != "witness"}
    return brief


def _verdicts_json(judged: Judged) -> dict[str, Any]:
    return {
        "invariants": [verdict.to_json() for verdict in judged.invariants],
        "phases": {phase: [verdict.to_json() for verdict in verdicts] for phase, verdicts in judged.per_phase.items()},
        "notes": list(judged.notes),
    }


def _render(run_dir: RunDir, run: dict[str, Any], ending: Ending) -> Ending:
    """Have the report made; a run without its report is not a pass."""
    try:
        call_room(("reports", "render", str(run_dir.path)))
    except RoomError as error:
        reasons = (*ending.reasons, f"the report could not be made: {error}")
        word = Word.INVALID if ending.verdict is Word.PASS else ending.verdict
        code = EXIT_CODES[word] if ending.exit_code == 0 else ending.exit_code
        ending = Ending(word, reasons, code)
        told = {"verdict": word.value, "reason": "; ".join(reasons), "reasons": list(reasons)}
        run_dir.write_json("run.json", run | told | {"exit_code": code})
    return ending


def _commit() -> str | None:
    """Which version of the harness this is; None outside a git checkout."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607  whichever git there is
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
