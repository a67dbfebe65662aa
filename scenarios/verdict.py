"""The verdict of a run, from everything that was found: pure.

What counts first: a backend that died or let nobody in, or a broken invariant, is FAIL however the rest went. A
harness that was late, crashed or was interrupted proves nothing else (INVALID). Then the numbers; then whether what
had to be exercised was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scenarios.judging import Truth, Verdict


class Word(StrEnum):
    """The verdict of a run, or of one scenario in it."""

    PASS = "PASS"  # noqa: S105  a verdict, no password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    INVALID = "INVALID"


EXIT_CODES: Mapping[Word, int] = {Word.PASS: 0, Word.FAIL: 1, Word.INCONCLUSIVE: 2, Word.INVALID: 3}
EXIT_USAGE = 4
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """What came of one scenario."""

    name: str
    seed: int
    verdict: Word
    reason: str
    journeys: int
    failures: int
    invariants: tuple[Verdict, ...]

    def to_json(self) -> dict[str, Any]:
        """The outcome as a JSON object."""
        return {
            "name": self.name,
            "seed": self.seed,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "journeys": self.journeys,
            "failures": self.failures,
            "invariants": [
                {"id": one.id, "verdict": one.verdict.value, "count": one.count, "exercised": one.exercised}
                for one in self.invariants
            ],
        }


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that a run's verdict follows from."""

    scenarios: tuple[ScenarioOutcome, ...]
    invariants: tuple[Verdict, ...]
    acceptance: Mapping[str, Any] | None
    load_wanted: bool
    failed: str | None = None
    interrupted: bool = False
    trouble: tuple[str, ...] = ()


def judge_run(found: Findings) -> tuple[Word, list[str]]:
    """The verdict with its reasons; the first word that has a reason wins."""
    numbers = _numbers(found)
    steps: Sequence[tuple[Word, Iterable[str]]] = (
        (Word.FAIL, _broken(found)),
        (Word.INVALID, _harness_trouble(found)),
        (Word.FAIL, (*_scenarios(found, Word.FAIL), *(text for word, text in numbers if word == Word.FAIL))),
        (Word.INVALID, _scenarios(found, Word.INVALID)),
        (
            Word.INCONCLUSIVE,
            (*_scenarios(found, Word.INCONCLUSIVE), *(text for word, text in numbers if word != Word.FAIL)),
        ),
    )
    for word, reasons in steps:
        listed = list(reasons)
        if listed:
            return word, listed
    return Word.PASS, []


def judge_scenario(
    *,
    failed: Mapping[str, str],
    unfired: Sequence[str],
    unexercised: Sequence[str],
    invariants: Sequence[Verdict],
    cut: bool,
    failed_steps: Sequence[str] = (),
) -> tuple[Word, str]:
    """The verdict of one scenario with its reason; `failed` maps journeys to why."""
    broken = [one.id for one in invariants if one.verdict is Truth.FALSE]
    if broken:
        return Word.FAIL, f"broken: {', '.join(broken)}"
    if failed:
        journey, why = next(iter(failed.items()))
        return Word.FAIL, f"{len(failed)} journeys did not complete; {journey}: {why}"
    if cut:
        return Word.INVALID, "cut off before its end"
    return _proof(unfired, unexercised, failed_steps)


def _proof(unfired: Sequence[str], unexercised: Sequence[str], failed_steps: Sequence[str]) -> tuple[Word, str]:
    """What a scenario is worth in which nothing went wrong for the backend: it proves what really happened in it."""
    if failed_steps:
        return Word.INVALID, f"{len(failed_steps)} steps could not be done; {failed_steps[0]}"
    if unfired:
        return Word.INVALID, f"declared but never happened: {', '.join(unfired)}"
    if unexercised:
        return Word.INCONCLUSIVE, f"must be exercised but was not: {', '.join(unexercised)}"
    return Word.PASS, ""


def _broken(found: Findings) -> Iterable[str]:
    if found.failed is not None:
        yield found.failed
    for verdict in found.invariants:
        if verdict.verdict is Truth.FALSE:
            yield f"{verdict.id} broken {verdict.count} times: {verdict.diagnosis}"


def _harness_trouble(found: Findings) -> Iterable[str]:
    if found.interrupted:
        yield "interrupted before its end"
    yield from found.trouble
    for verdict in found.invariants:
        if verdict.trace is not None:
            yield verdict.diagnosis
    if found.load_wanted and not found.acceptance:
        yield "the load phase left nothing to judge"


def _scenarios(found: Findings, word: Word) -> tuple[str, ...]:
    return tuple(f"{one.name}: {one.reason}" for one in found.scenarios if one.verdict is word)


def _numbers(found: Findings) -> list[tuple[str, str]]:
    """Each acceptance criterion that is not a PASS."""
    judged = found.acceptance or {}
    criteria = ((name, judged[name]) for name in ("connect_success", "time_to_qr") if name in judged)
    return [(str(one.get("verdict")), _number(name, one)) for name, one in criteria if one.get("verdict") != Word.PASS]


def _number(name: str, judged: Mapping[str, Any]) -> str:
    further, alike = judged.get("further_successes"), judged.get("further_alike")
    advice = f"; {further} further successes would decide" if further else ""
    advice += f", or about {alike} further samples like these" if advice and alike else ""
    advice += ", give more --channels" if advice else ""
    return f"{name} is {judged.get('verdict')}{advice}"
