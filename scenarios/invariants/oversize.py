"""I16: a huge or deeply nested body: refused with 413 (or another 4xx) in bounded time, and the backend lives on."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from scenarios.downtime import disturbed
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant

# However slow the machine: reading on to the end is not what is asked for.
ANSWER_S_MAX = 10.0
# What no webhook of Evolution is: media come as links or in far smaller bodies.
HUGE_BYTES_MIN = 10_000_000
# A backend that is gone so soon afterwards died of it.
DEAD_S_MAX = 10.0
_FAULT = "oversize"
_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR


@invariant("I16", gap=Duty.ROBUSTNESS, title="an oversize body is refused in bounded time, and the backend lives on")
def oversize(history: History) -> Iterator[Judgement]:
    """Judge every attempt whose body was blown up."""
    for event in history.events.values():
        for attempt in history.attempts_for.get(event.event_id, ()):
            if "edited" in attempt.wire and _FAULT in history.fault_kinds(attempt):
                yield from _judge(history, event, attempt)


def _judge(history: History, event: Event, attempt: Attempt) -> Iterator[Judgement]:
    if disturbed(history, attempt.sent_s, attempt.ended_s):
        return
    what, died = _wrong(history, event, attempt)
    yield Judgement(
        holds=not what,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        size=attempt.duration_s,
        witness=(event.seq, attempt.seq, *died),
        sentence=(
            f"{Duty.ROBUSTNESS}: an oversize '{event}' of instance '{event.instance}' {what}; expected 413 within "
            f"{ANSWER_S_MAX:g} s and a backend that lives on; look whether the size of a body is bounded before it is "
            f"read, and its depth before it is parsed"
        ),
    )


def _wrong(history: History, event: Event, attempt: Attempt) -> tuple[str, tuple[int, ...]]:
    """What is wrong with how it was dealt with; nothing, if all is well."""
    dead = _died_after(history, attempt)
    if dead is not None:
        return "ended the backend", (dead,)
    if attempt.ok and _size_bytes(history, event, attempt) >= HUGE_BYTES_MIN:
        return f"was accepted ({attempt.status})", ()
    if (attempt.status or 0) >= _SERVER_ERROR:
        return f"was answered {attempt.status}", ()
    if attempt.duration_s > ANSWER_S_MAX:
        return f"kept the backend busy for {attempt.duration_s:.1f} s", ()
    return "", ()


def _died_after(history: History, attempt: Attempt) -> int | None:
    exits = (record for record in history.by_kind.get("sut", ()) if record.get("what") == "exited")
    until_s = attempt.ended_s + DEAD_S_MAX
    return next((record.seq for record in exits if attempt.sent_s <= record.t <= until_s), None)


def _size_bytes(history: History, event: Event, attempt: Attempt) -> float:
    """How large the rule made it; nothing, where the history does not say."""
    plans = (plan for plan in history.plans_for.get(event.event_id, ()) if plan.number == attempt.number)
    rules = (history.rules.get(name, {}) for plan in plans if plan.delivery == attempt.delivery for name in plan.faults)
    sizes: list[Any] = [rule.get("size_bytes") for rule in rules if rule.get("fault") == _FAULT]
    return max((float(size) for size in sizes if isinstance(size, int | float)), default=0.0)
