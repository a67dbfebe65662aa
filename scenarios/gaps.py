"""The gaps of the technical report, and what a run says about each."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from scenarios.judging import Truth, Verdict
from scenarios.rules import Gap


class GapVerdict(StrEnum):
    """What a run says about a gap."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_EXERCISED = "not exercised"


def judge_gaps(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """For each gap its verdict with the evidence; what no invariant put to the test is not exercised."""
    verdicts = tuple(verdicts)
    return [_judge(gap, [verdict for verdict in verdicts if verdict.gap == gap]) for gap in Gap]


def _judge(gap: Gap, verdicts: list[Verdict]) -> dict[str, Any]:
    broken = [verdict for verdict in verdicts if verdict.verdict is Truth.FALSE]
    held = [verdict for verdict in verdicts if verdict.verdict is Truth.TRUE]
    if broken:
        evidence = " | ".join(f"{verdict.id}: {verdict.diagnosis}" for verdict in broken)
        return {"id": gap.value, "verdict": GapVerdict.BROKEN.value, "evidence": evidence}
    if held:
        evidence = "; ".join(f"{verdict.id} held in {verdict.exercised} observations" for verdict in held)
        return {"id": gap.value, "verdict": GapVerdict.HOLDS.value, "evidence": evidence}
    named = ", ".join(verdict.id for verdict in verdicts)
    evidence = f"{named} had nothing to judge" if named else "no invariant of this run stands for it"
    return {"id": gap.value, "verdict": GapVerdict.NOT_EXERCISED.value, "evidence": evidence}
