"""Tests of near misses: what is told of a journal when something else was waited for."""

from typing import Any

from fake_evolution import Journal, MonotonicClock
from fake_evolution.misses import Asked, near_misses

HERE, THERE = "http://127.0.0.1:9/a", "http://127.0.0.1:9/b"


def told(*written: tuple[str, dict[str, Any]], asked: tuple[Asked, ...] = ()) -> list[str]:
    """The near misses of a journal with these records."""
    journal = Journal(clock=MonotonicClock(rate=0))
    for kind, fields in written:
        journal.write(kind, **fields)
    return near_misses(list(journal.after(0)), asked)


def attempt(outcome: str, status: int | None, error: str | None = None) -> tuple[str, dict[str, Any]]:
    """One try of the delivery `d`."""
    return "attempt", {"delivery": "d", "outcome": outcome, "status": status, "error": error}


PLAN = ("plan", {"delivery": "d", "url": HERE})


def test_nothing_is_told_of_an_empty_journal() -> None:
    """Where nothing happened there is no near miss, but what was asked for."""
    assert told() == []
    assert told(asked=(Asked("call"),)) == ["event call asked for, nothing was sent"]


def test_webhook_that_was_configured_and_never_called() -> None:
    """An address that an instance was created with, and where nothing went, is named."""
    body = {"instanceName": "sales", "webhook": {"url": THERE}}

    assert told(("call", {"body": body})) == [f"no webhook went anywhere, none to {THERE}"]
    assert told(("call", {"body": body}), PLAN, attempt("ok", 200)) == [f"1 webhook went to {HERE}, none to {THERE}"]


def test_failed_attempts_are_told_with_their_reason() -> None:
    """Status or error, and how often."""
    tries = (attempt("fail", 500), attempt("fail", 500), attempt("unknown", None, "no answer within 30 s"))

    assert told(PLAN, *tries) == [
        f"3 webhooks went to {HERE}",
        f"2 webhooks to {HERE} failed: 500",
        f"1 webhook to {HERE} failed: no answer within 30 s",
    ]


def test_refused_scans_are_told_with_their_reason() -> None:
    """Each verdict that linked nobody says why; one that did is no near miss."""
    verdicts = ("expired", "foreign", "repeated", "unknown", "linked")

    found = told(*(("scan", {"verdict": verdict, "instance": "sales"}) for verdict in verdicts))

    assert found == [
        "a scan was refused as expired: that code of instance 'sales' is no longer shown",
        "a scan was refused as foreign: that code is of instance 'sales', and another one was meant",
        "a scan was refused as repeated: that code of instance 'sales' has linked a phone already",
        "a scan was refused as unknown: no instance ever showed that code",
    ]


def test_refused_calls_and_faults_are_told() -> None:
    """What the imitated server refused, in its words, and which rules struck."""
    body = {"status": 401, "error": "Unauthorized", "response": {"message": "Unauthorized"}}
    call = {"method": "POST", "path": "/instance/create"}

    found = told(
        ("answer", {**call, "status": 401, "body": body}),
        ("answer", {**call, "status": 201, "body": {}}),
        ("fault", {"rule": "lossy", "fault": "drop"}),
        ("fault", {"rule": "lossy", "fault": "drop"}),
    )

    assert found == [
        "POST /instance/create was answered 401 x1: Unauthorized",
        "fault rule 'lossy' (drop) struck x2",
    ]
