"""The first screen of a report: the verdict and its reason in one sentence, how to repeat it, where it ran."""

import re
from dataclasses import dataclass

from reports.criteria import Criterion
from reports.findings import Invariant, Scenario
from reports.tones import spoken
from reports.values import Row, number, row, text

KNOWN_VERDICTS = ("PASS", "FAIL", "INCONCLUSIVE", "INVALID")
_LINES_MAX = 60
_REASONS_MAX = 4
_GAP_IN_REASON = re.compile(r"^(\w+ broken \d+ times: )[DG]\d-[a-z-]+: ")


@dataclass(frozen=True, slots=True)
class Overview:
    """What somebody reads who reads nothing else."""

    verdict: str
    reason: str
    repeat: str
    label: str
    facts: tuple[tuple[str, str], ...]
    backend_died: bool
    backend_log: tuple[str, ...]


def overview_of(
    name: str,
    run: Row,
    *,
    criteria: tuple[Criterion, ...],
    invariants: tuple[Invariant, ...],
    scenarios: tuple[Scenario, ...],
) -> Overview:
    """The first screen; a run without a verdict did not end, and says so."""
    verdict = text(run.get("verdict"))
    verdict = verdict if verdict in KNOWN_VERDICTS else "INVALID"
    backend = row(run.get("backend"))
    died = backend.get("died") is True
    log = backend.get("log_tail")
    lines = log if isinstance(log, list) else str(log).splitlines() if log else []
    return Overview(
        verdict=verdict,
        reason=_reason(run, verdict, criteria, invariants, scenarios, died=died),
        repeat=text(run.get("repeat")),
        label=name,
        facts=_facts(run),
        backend_died=died,
        backend_log=tuple(text(line) for line in lines[-_LINES_MAX:]),
    )


def _reason(
    run: Row,
    verdict: str,
    criteria: tuple[Criterion, ...],
    invariants: tuple[Invariant, ...],
    scenarios: tuple[Scenario, ...],
    *,
    died: bool,
) -> str:
    """One sentence: why this verdict."""
    if not run.get("verdict"):
        return "The run ended before it could be judged; this is what it recorded."
    if verdict == "PASS":
        return _all_is_well(criteria, invariants)
    reasons = run.get("reasons")
    found = [text(reason) for reason in reasons] if isinstance(reasons, list) else []
    against = _in_full(found, criteria) or _gathered(criteria, invariants, scenarios, died=died)
    more = len(against) - _REASONS_MAX
    said = "; ".join(against[:_REASONS_MAX]) or text(run.get("reason")) or "the run gives no reason"
    return _sentence(f"{said}; and {more} more reasons" if more > 0 else said)


def _in_full(reasons: list[str], criteria: tuple[Criterion, ...]) -> list[str]:
    """The run's own reasons; where one only names a criterion, its numbers."""
    short = {f"{one.id} is {one.verdict}": _against(one) for one in criteria}
    return [short.get(reason, _in_short(reason)) for reason in reasons]


def _in_short(reason: str) -> str:
    """A diagnosis up to what was seen; what was expected and where to look stands with its gap."""
    said = reason.partition("; expected ")[0]
    return _GAP_IN_REASON.sub(r"\1", said, count=1)


def _gathered(
    criteria: tuple[Criterion, ...],
    invariants: tuple[Invariant, ...],
    scenarios: tuple[Scenario, ...],
    *,
    died: bool,
) -> list[str]:
    """What speaks against the run, for one that gives no reasons of its own."""
    against = ["the backend died during the run"] if died else []
    against += [_against(one) for one in criteria if one.verdict != "PASS"]
    against += [f"{one.id} is broken {one.count} times ({one.gap})" for one in invariants if one.verdict == "false"]
    return against or [f"{one.name}: {one.reason or one.verdict}" for one in scenarios if one.verdict != "PASS"]


def _against(criterion: Criterion) -> str:
    said = f"{criterion.title[0].lower()}{criterion.title[1:]} is {criterion.measured} ({criterion.asked})"
    return f"{said}: {criterion.advice}" if criterion.advice else said


def _all_is_well(criteria: tuple[Criterion, ...], invariants: tuple[Invariant, ...]) -> str:
    said = [f"{one.detail} ({one.brief} {one.measured})" for one in criteria]
    held = sum(one.verdict == "true" for one in invariants)
    unknown = sum(one.verdict == "unknown" for one in invariants)
    if invariants:
        said.append(f"{held} invariants {spoken('true').removesuffix('s')}")
    if unknown:
        said.append(f"{unknown} not exercised")
    return _sentence("; ".join(said) or "nothing speaks against it")


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def _facts(run: Row) -> tuple[tuple[str, str], ...]:
    sut, harness = row(run.get("sut")), row(run.get("harness"))
    duration_s = number(run.get("duration_s"))
    lateness_ms = number(harness.get("lateness_p99_ms"))
    found = {
        "Started": text(run.get("started")),
        "Took": "" if duration_s is None else f"{duration_s:.0f} s",
        "Seed": text(run.get("seed")),
        "Commit": text(run.get("commit"))[:12],
        **{name.capitalize(): text(value) for name, value in sut.items()},
        "Exit code": text(run.get("exit_code")),
        "Lateness of the harness, p99": "" if lateness_ms is None else f"{lateness_ms:.1f} ms",
        "Webhooks dropped by the harness": text(harness.get("dropped")),
        "Schedule": text(run.get("schedule_sha256"))[:16],
        "Environment": text(run.get("environment")),
    }
    return tuple((name, value) for name, value in found.items() if value)
