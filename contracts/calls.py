"""What a backend asked of Evolution, read from a journal: calls it does not have, or would refuse.

Only the shape is judged: a call that fits may still be refused because of the state of things, and such answers
are told apart, as a remark.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.conformity import body_violations
from contracts.documents import operation_of
from contracts.errors import ContractError
from contracts.recording import Json
from fake_evolution import FakeEvolutionError, Record, read_journal

REFUSED_FROM = 400
_EXAMPLE_CHARACTERS_MAX = 160


@dataclass(frozen=True, slots=True)
class Invalid:
    """Calls that Evolution does not have or would refuse, all for the same reason."""

    route: str
    reason: str
    count: int
    first: int

    def line(self) -> str:
        """Route, reason, how often, and the first call."""
        times = "once" if self.count == 1 else f"{self.count} times, first"
        return f"{self.route}: {self.reason} ({times} in record {self.first})"


@dataclass(frozen=True, slots=True)
class CallsJudged:
    """All calls of a journal, judged."""

    calls: int
    routes: int
    invalid: tuple[Invalid, ...]
    refused: tuple[tuple[str, int, int], ...]

    def lines(self) -> Iterator[str]:
        """What is wrong, then what was refused although its shape was right, then the sum."""
        yield from (found.line() for found in self.invalid)
        for route, status, count in self.refused:
            yield f"remark: {route} was answered {status} {count} times although its shape is right"
        bad = sum(found.count for found in self.invalid)
        yield f"{self.calls} calls of {self.routes} routes, {bad} of them invalid"


def records_of(path: Path) -> list[Record]:
    """The records of a journal file; ContractError when it is none."""
    try:
        return read_journal(path)
    except FakeEvolutionError as error:
        raise ContractError(f"{path} cannot be read as a journal: {error}") from error


def judge_calls(records: Iterable[Record]) -> CallsJudged:
    """Judges the `call` records, and counts what their `answer` records refused."""
    found: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int] = {}
    refused: Counter[tuple[str, int]] = Counter()
    routes: set[str] = set()
    wrong: set[Json] = set()
    count = 0
    for record in records:
        if record.kind == "call":
            count += 1
            reasons = tuple(_reasons(record))
            routes.add(_route(record))
            if reasons:
                wrong.add(record.get("call"))
            for reason in reasons:
                key = (_route(record), reason)
                found[key] += 1
                first.setdefault(key, record.seq)
        elif record.kind == "answer" and record["status"] >= REFUSED_FROM and record.get("call") not in wrong:
            refused[_route(record), record["status"]] += 1
    invalid = tuple(Invalid(*key, number, first[key]) for key, number in found.items())
    return CallsJudged(count, len(routes), invalid, tuple((*key, number) for key, number in sorted(refused.items())))


def _route(record: Record) -> str:
    operation = operation_of(record["method"], record["path"])
    return f"{record['method']} {record['path']}" if operation is None else operation.name


def _reasons(record: Record) -> Iterator[str]:
    operation = operation_of(record["method"], record["path"])
    if operation is None:
        yield "Evolution has no such route"
    else:
        for text in body_violations(operation, record.get("body")):
            yield f"body {' '.join(text.split())[:_EXAMPLE_CHARACTERS_MAX]}"


def each_call(records: Iterable[Record]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every call by the number of its record, with what the contract has against it."""
    for record in records:
        if record.kind == "call":
            yield record.seq, tuple(_reasons(record))


def calls_document(path: Path) -> Json:
    """How many calls a journal file has, and by record those that are invalid, for other programs to read."""
    judged = dict(each_call(records_of(path)))
    return {"calls": len(judged), "invalid": {str(seq): list(reasons) for seq, reasons in judged.items() if reasons}}


def judged_calls(path: Path) -> CallsJudged:
    """Judges every call of a journal file; ContractError when it is none."""
    return judge_calls(records_of(path))
