"""From a run directory to its verdict: merge the journals, judge, and write what the report is made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import chain
from typing import Any

import orjson

from fake_evolution import Record
from scenarios.dsl import Scenario
from scenarios.gaps import judge_duties, judge_gaps
from scenarios.harness import cut_off
from scenarios.itinerary import Outcome
from scenarios.journal_file import JournalFile
from scenarios.judging import Truth, Verdict
from scenarios.run_dir import RunDir
from scenarios.schedule import schedule_sha256
from scenarios.survey import step_name
from scenarios.trial import PhaseJudged, judge_journal
from scenarios.verdict import ScenarioOutcome, judge_scenario


@dataclass(frozen=True, slots=True)
class Judged:
    """What a history shows, before the run's own circumstances are added."""

    scenarios: tuple[ScenarioOutcome, ...]
    invariants: tuple[Verdict, ...]
    per_phase: Mapping[str, tuple[Verdict, ...]]
    gaps: Sequence[Mapping[str, Any]]
    duties: Sequence[Mapping[str, Any]]
    harness: Mapping[str, Any]
    schedule: str
    notes: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()


def merge_journals(run_dir: RunDir) -> None:
    """One journal in the order of time, numbered anew; the load's part is gone afterwards."""
    part = run_dir.load_journal
    if not part.exists():
        return
    with JournalFile(run_dir.journal) as own, JournalFile(part) as loaded:
        told = ((record for _, record in one.records()) for one in (own, loaded))
        records = merge(*told, key=lambda record: record.t)
        run_dir.write_lines(run_dir.journal.name, (_line(record, seq) for seq, record in enumerate(records, 1)))
    part.unlink()


def judge_history(run_dir: RunDir, scenarios: Sequence[tuple[Scenario, int]], *, lateness_ms_max: float) -> Judged:
    """Every phase alone, then all together."""
    found = judge_journal(run_dir.journal)
    phases = found.phases
    rows = [phases[scenario.name].schedule for scenario, _ in scenarios if scenario.name in phases]
    harness = found.punctuality.measured()
    return Judged(
        scenarios=tuple(_outcome(scenario, seed, phases.get(scenario.name)) for scenario, seed in scenarios),
        invariants=found.invariants,
        per_phase={name: phase.verdicts for name, phase in phases.items()},
        gaps=judge_gaps(found.invariants),
        duties=judge_duties(found.invariants),
        harness=harness,
        schedule=schedule_sha256(chain.from_iterable(rows)),
        notes=found.notes,
        trouble=tuple(found.punctuality.complaints(harness, lateness_ms_max=lateness_ms_max)),
    )


def acceptance_of(run_dir: RunDir) -> Mapping[str, Any] | None:
    """What the load's judge wrote; None when there is nothing."""
    try:
        found = orjson.loads(run_dir.acceptance.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None


def _outcome(scenario: Scenario, seed: int, phase: PhaseJudged | None) -> ScenarioOutcome:
    lives = () if phase is None else tuple(phase.lives.values())
    verdicts, fired = ((), frozenset()) if phase is None else (phase.verdicts, phase.fired)
    ended = [life for life in lives if life.outcome is not None and not cut_off(life)]
    failed = {life.journey: f"{life.outcome}, {life.reason}" for life in ended if life.outcome != Outcome.COMPLETED}
    truth = {verdict.id: verdict.verdict for verdict in verdicts}
    word, reason = judge_scenario(
        failed=failed,
        unfired=[*(rule for rule in scenario.must_fire if rule not in fired), *_untaken(scenario, fired)],
        failed_steps=() if phase is None else phase.failed_steps,
        unexercised=[name for name in scenario.expect.exercises if truth.get(name) in {None, Truth.UNKNOWN}],
        invariants=verdicts,
        cut=len(ended) < scenario.channels.count,
    )
    return ScenarioOutcome(
        name=scenario.name,
        seed=seed,
        verdict=word,
        reason=reason,
        journeys=len(ended),
        failures=len(failed),
        invariants=verdicts,
    )


def _untaken(scenario: Scenario, fired: Collection[str]) -> list[str]:
    """The steps that no channel ever got to."""
    names = [step_name(index, step.do) for index, step in enumerate(scenario.script)]
    return [name for name in names if name not in fired]


def _line(record: Record, seq: int) -> bytes:
    return orjson.dumps(record.line() | {"seq": seq}, option=orjson.OPT_APPEND_NEWLINE)
