"""Everything the page shows, as one value: the template only places it."""

from dataclasses import dataclass

from reports.charts.distribution import Distribution, distribution_of
from reports.charts.interval import Interval, interval_of
from reports.charts.lifeline import Lifeline, lifeline_of
from reports.criteria import Criterion, criteria_of
from reports.evidence import Evidence, evidence_of
from reports.findings import Invariant, Scenario, invariants_of, scenarios_of
from reports.gaps import Gap, duties_of, gaps_of, in_brief
from reports.lanes import lanes_of
from reports.overview import Overview, overview_of
from reports.run_files import RunFiles
from reports.stories import Story, choose
from reports.values import Row, number, row, seconds, text

_LIMIT_S = 10.0
_LOAD = "load"


@dataclass(frozen=True, slots=True)
class Told:
    """A journey with its drawing and its records."""

    story: Story
    title: str
    anchor: str
    lifeline: Lifeline
    evidence: tuple[Evidence, ...]
    evidence_left_out: int


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    overview: Overview
    criteria: tuple[tuple[Criterion, Interval | None], ...]
    connected: tuple[tuple[str, str], ...]
    excluded: tuple[tuple[str, str], ...]
    gaps: tuple[Gap, ...]
    gaps_in_brief: str
    duties: tuple[Gap, ...]
    duties_in_brief: str
    invariants: tuple[Invariant, ...]
    scenarios: tuple[Scenario, ...]
    distribution: Distribution | None
    failed: tuple[Told, ...]
    failed_count: int
    not_counted: int
    good: Told | None
    notes: tuple[str, ...]


def page_of(files: RunFiles) -> Page:
    """The report of a run, as far as its files go."""
    criteria = criteria_of(files.run)
    invariants, scenarios = invariants_of(files.run, files.verdicts), scenarios_of(files.run)
    chosen = choose(files.samples, files.records)
    acceptance = row(files.run.get("acceptance"))
    gaps, duties = gaps_of(files.run), duties_of(files.run)
    return Page(
        overview=overview_of(files.name, files.run, criteria=criteria, invariants=invariants, scenarios=scenarios),
        criteria=tuple((criterion, interval_of(criterion)) for criterion in criteria),
        connected=_connected(row(acceptance.get("time_to_connected"))),
        excluded=tuple((text(why), text(count)) for why, count in row(acceptance.get("excluded")).items()),
        gaps=gaps,
        gaps_in_brief=in_brief(gaps),
        duties=duties,
        duties_in_brief=in_brief(duties),
        invariants=invariants,
        scenarios=scenarios,
        distribution=_distribution(files),
        failed=tuple(_told(story, f"failed-{index}") for index, story in enumerate(chosen.failed, 1)),
        failed_count=chosen.failed_count,
        not_counted=chosen.not_counted,
        good=_told(chosen.good, "good") if chosen.good else None,
        notes=(*files.notes, *_said(files.run.get("notes"))),
    )


def _said(notes: object) -> tuple[str, ...]:
    return tuple(text(note) for note in notes) if isinstance(notes, list) else ()


def _connected(block: Row) -> tuple[tuple[str, str], ...]:
    """Time to CONNECTED: measured, without a limit of its own."""
    if not block.get("n"):
        return ()
    found = [(name, seconds(number(block.get(f"{name}_s")))) for name in ("p50", "p95", "p99")]
    return (*found, ("never", text(block.get("missing"))))


def _distribution(files: RunFiles) -> Distribution | None:
    """The load's waits; those of the scenarios when there was no load."""
    counted = [sample for sample in files.samples if sample.get("outcome") != "error"]
    load = [sample for sample in counted if sample.get("phase") == _LOAD]
    measured = row(row(files.run.get("acceptance")).get("time_to_qr"))
    return distribution_of(
        [number(sample.get("qr_s")) for sample in load or counted],
        limit_s=number(measured.get("limit_s")) or _LIMIT_S,
        p50_s=number(measured.get("p50_s")),
        p95_s=number(measured.get("p95_s")),
    )


def _told(story: Story, anchor: str) -> Told:
    evidence, left_out = evidence_of(story)
    return Told(
        story=story,
        title=f"{story.journey} · {story.phase}",
        anchor=anchor,
        lifeline=lifeline_of(lanes_of(story), start_s=story.start_s, end_s=story.end_s),
        evidence=evidence,
        evidence_left_out=left_out,
    )
