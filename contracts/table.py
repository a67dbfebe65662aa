"""The result of a fidelity run as text and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from contracts.shares import MEASURES, Finding, Judged, Share

_HEAD = ("family", "scenarios", "whole", "partly", "none", *MEASURES)


def total(results: Iterable[Judged], measure: str) -> Share:
    """One measure over several scenarios."""
    return reduce(Share.__add__, (result.shares[measure] for result in results), Share())


def covered(results: Iterable[Judged]) -> tuple[int, int, int]:
    """How many scenarios were replayed as a whole, in part, and not at all."""
    counts = [0, 0, 0]
    for result in results:
        compared = any(share.of for share in result.shares.values())
        counts[0 if not result.not_covered else 1 if compared else 2] += 1
    return counts[0], counts[1], counts[2]


def lines(results: Sequence[Judged], *, differences_max: int) -> Iterator[str]:
    """The table by family, what differs, and what could not be tried."""
    families = sorted({result.family for result in results})
    rows = [_row(family, [result for result in results if result.family == family]) for family in families]
    yield from _table([_HEAD, *rows, _row("all", results)])
    yield from _differences(results, differences_max)
    yield from _not_covered(results)


def _row(name: str, results: Sequence[Judged]) -> tuple[str, ...]:
    counts = (str(len(results)), *(str(count) for count in covered(results)))
    return (name, *counts, *(percent(total(results, measure)) for measure in MEASURES))


def percent(share: Share) -> str:
    """Rounded down, so that 100 % means all of them."""
    return f"{int(share.ratio * 1000) / 10:g} %" if share.of else "-"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = row
        cells = [
            first.ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)),
        ]
        yield "  ".join(cells).rstrip()


def _differences(results: Sequence[Judged], differences_max: int) -> Iterator[str]:
    found = [(result, finding) for result in results for finding in result.findings]
    if not found:
        return
    yield ""
    yield f"{len(found)} differences in {len({result.scenario for result, _ in found})} scenarios:"
    for result, finding in found[:differences_max]:
        yield f"  {result.scenario} {describe(finding)}"
    if len(found) > differences_max:
        yield f"  … and {len(found) - differences_max} more; --differences N shows more, --json OUT keeps all"


def describe(finding: Finding) -> str:
    """One difference in one line: where, what was recorded, what came."""
    where = "no step" if finding.position is None else f"step {finding.position}"
    difference = finding.difference
    said = f"{difference.kind} at {difference.path}: recorded {difference.expected!r}, got {difference.got!r}"
    return f"{where} ({finding.step}) {said}"


def _not_covered(results: Sequence[Judged]) -> Iterator[str]:
    reasons: dict[str, set[str]] = {}
    for result in results:
        for lack in result.not_covered:
            reasons.setdefault(lack.what, set()).add(result.scenario)
    if reasons:
        yield ""
        yield "not covered (counted apart):"
    for what, scenarios in sorted(reasons.items()):
        yield f"  {what}: {', '.join(sorted(scenarios))}"


def document(results: Sequence[Judged]) -> dict[str, Any]:
    """Everything as JSON."""
    families = sorted({result.family for result in results})
    by_family = {family: [result for result in results if result.family == family] for family in families}
    return {
        "overall": _numbers(results),
        "families": {family: _numbers(members) for family, members in by_family.items()},
        "scenarios": [_scenario(result) for result in results],
    }


def _numbers(results: Sequence[Judged]) -> dict[str, Any]:
    whole, partly, none = covered(results)
    shares = {measure: _share(total(results, measure)) for measure in MEASURES}
    return {"scenarios": {"whole": whole, "partly": partly, "none": none}, **shares}


def _share(share: Share) -> dict[str, Any]:
    return {"same": share.same, "of": share.of, "ratio": share.ratio}


def _scenario(result: Judged) -> dict[str, Any]:
    return {
        "scenario": result.scenario,
        "family": result.family,
        "shares": {measure: _share(result.shares[measure]) for measure in MEASURES},
        "differences": [_finding(finding) for finding in result.findings],
        "not_covered": [{"step": lack.position, "what": lack.what} for lack in result.not_covered],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    found = finding.difference
    step = {"step": finding.position, "of": finding.step, "kind": found.kind, "path": found.path}
    return {**step, "recorded": found.expected, "got": found.got}
