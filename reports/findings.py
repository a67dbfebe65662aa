"""Invariants and scenarios of a run as the report shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.values import Row, number, row, rows, text, whole

_BROKEN = "false"


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule, whether it held, and where it did not."""

    id: str
    gap: str
    title: str
    verdict: str
    exercised: int
    count: int
    diagnosis: str
    first: str
    worst: str
    witness: tuple[str, ...]
    traceback: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of the catalogue in this run."""

    name: str
    verdict: str
    seed: str
    journeys: int
    failures: int
    invariants: str
    reason: str


def invariants_of(run: Row, verdicts: Any) -> tuple[Invariant, ...]:
    """The invariants, broken ones first; `verdicts.json` has more to say of each than `run.json`."""
    told = {text(found.get("id")): found for found in rows(run.get("invariants"))}
    for found in _verdict_rows(verdicts):
        name = text(found.get("id"))
        told[name] = {**told.get(name, {}), **found}
    order = {_BROKEN: 0, "unknown": 1}
    found_invariants = [_invariant(found) for found in told.values()]
    return tuple(sorted(found_invariants, key=lambda one: (order.get(one.verdict, 2), len(one.id), one.id)))


def scenarios_of(run: Row) -> tuple[Scenario, ...]:
    """The scenarios in the order in which they ran."""
    return tuple(
        Scenario(
            name=text(found.get("name")),
            verdict=text(found.get("verdict")),
            seed=text(found.get("seed")),
            journeys=whole(found.get("journeys")),
            failures=whole(found.get("failures")),
            invariants=_names(found.get("invariants")),
            reason=text(found.get("reason")),
        )
        for found in rows(run.get("scenarios"))
    )


def _verdict_rows(verdicts: Any) -> tuple[Row, ...]:
    """The folded verdicts of `verdicts.json`, a list or under a name."""
    if isinstance(verdicts, Mapping):
        verdicts = verdicts.get("invariants", verdicts.get("verdicts"))
    return tuple(found for found in rows(verdicts) if text(found.get("id")))


def _invariant(found: Row) -> Invariant:
    worst = row(found.get("worst"))
    witness = rows(found.get("witness")) or rows(worst.get("witness"))
    return Invariant(
        id=text(found.get("id")),
        gap=text(found.get("gap")),
        title=text(found.get("title")),
        verdict=text(found.get("verdict")),
        exercised=whole(found.get("exercised")),
        count=whole(found.get("count")),
        diagnosis=text(found.get("diagnosis") or worst.get("sentence")),
        first=_where(found.get("first")),
        worst=_where(found.get("worst")),
        witness=tuple(text(record) for record in witness),
        traceback=text(found.get("traceback")),
    )


def _where(found: object) -> str:
    """Where something broke: phase, subject and second."""
    if not isinstance(found, Mapping):
        return text(found)
    at_s = number(found.get("t"))
    parts = [text(found.get("subject")), text(found.get("phase")), "" if at_s is None else f"{at_s:.2f} s"]
    return ", ".join(part for part in parts if part)


def _names(found: object) -> str:
    """The invariants that a scenario put to the test, given as names or as verdicts; unknown says it did not."""
    if not isinstance(found, list):
        return text(found)
    return " ".join(_named(entry) for entry in found if row(entry).get("verdict") != "unknown")


def _named(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return text(entry)
    verdict = text(entry.get("verdict"))
    return text(entry.get("id")) + (" (broken)" if verdict == _BROKEN else "")
