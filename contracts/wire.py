"""Whether everything that a fake answered and emitted, as its journal has it, is as the contract says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.conformity import answer_violations, data_violations
from contracts.recording import Json
from fake_evolution import Record

_PICTURE_IN_JOURNAL, _PICTURE = "<png>", "data:image/png;base64,<png>"
_CHARACTERS_MAX = 240


@dataclass(frozen=True, slots=True)
class WireJudged:
    """Answers and events of a journal, judged."""

    answers: int
    events: int
    violations: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """What is wrong, then the sum."""
        yield from self.violations
        yield f"{self.answers} answers and {self.events} events, {len(self.violations)} violations"


def judge_wire(records: Iterable[Record]) -> WireJudged:
    """Holds every `answer` and `event` record against the contract; events made by hand may be anything."""
    answers = events = 0
    found: list[str] = []
    for record in records:
        if record.kind == "answer":
            answers += 1
            found.extend(_told(record, f"{record['method']} {record['path']} {record['status']}", _answer(record)))
        elif record.kind == "event":
            events += 1
            data = _with_pictures(record["data"])
            found.extend(_told(record, record["event"], data_violations(record["event"], data)))
    return WireJudged(answers, events, tuple(found))


def _answer(record: Record) -> tuple[str, ...]:
    body = _with_pictures(record.get("body"))
    if body is None and record["status"] < 300:  # noqa: PLR2004  an empty answer and `null` look the same in a journal
        return min(_of(record, ""), _of(record, None), key=len)
    return _of(record, body)


def _of(record: Record, body: Json) -> tuple[str, ...]:
    return answer_violations(record["method"], record["path"], record["status"], body)


def _told(record: Record, what: str, texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        yield f"record {record.seq}, {what}: {' '.join(text.split())[:_CHARACTERS_MAX]}"


def _with_pictures(value: Json) -> Json:
    """The journal leaves pictures out; the mark in their place is made what recordings have there."""
    if isinstance(value, dict):
        return {key: _with_pictures(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_pictures(part) for part in value]
    return _PICTURE if value == _PICTURE_IN_JOURNAL else value
