"""I16: an oversize body is refused in bounded time, and the backend lives on."""

from typing import Any

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def huge(*, size_bytes: int = 20_000_000, **odd: Any) -> OddTale:
    """A webhook of second 5, blown up by a rule of this world."""
    tale = OddTale()
    rule = {"name": "odd", "fault": "oversize", "size_bytes": size_bytes}
    tale.add(0.0, "world", faults=[rule])
    tale.journey(0.0, 60.0)
    event = tale.connection(5.0, "connecting")
    about = {"event_id": event, "instance": "7", "event": "connection.update", "delivery": f"{event}:instance"}
    tale.add(5.0, "plan", **about, attempt=1, due_offsets_s=[0.0], faults=["odd"], url="http://sut/")
    tale.odd(event, 5.0, "oversize", **odd)
    return tale


@pytest.mark.parametrize(
    ("odd", "truth"),
    [
        ({"status": 413}, Truth.TRUE),
        ({"status": None}, Truth.TRUE),
        ({"status": 200}, Truth.FALSE),
        ({"status": 500}, Truth.FALSE),
        ({"status": 413, "took_s": 25.0}, Truth.FALSE),
    ],
)
def test_it_is_refused_and_soon(odd: dict[str, Any], truth: Truth) -> None:
    """413, or a connection that is closed; accepted, failed and slow are wrong."""
    assert huge(**odd).truth("I16") is truth


def test_a_large_body_that_may_still_be_one_can_be_accepted() -> None:
    """Two megabytes are within what a backend may allow."""
    assert huge(size_bytes=2_000_000, status=200).truth("I16") is Truth.TRUE


def test_a_backend_that_dies_of_it_breaks_it() -> None:
    """Refused, and gone."""
    tale = huge(status=None)
    tale.add(7.0, "sut", what="exited", exit_code=-9)

    assert "ended the backend" in tale.worst("I16").sentence


def test_an_outage_of_our_own_proves_nothing() -> None:
    """Who was killed answers nothing."""
    tale = huge(status=None)
    tale.outage("backend", 4.0, 6.0)

    assert tale.truth("I16") is Truth.UNKNOWN
