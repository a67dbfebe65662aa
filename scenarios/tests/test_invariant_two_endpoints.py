"""I26: by-events, global and local webhooks together have one effect."""

from typing import Any

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def at_two_addresses(tale: LongTale, event_id: str, event: str, *, t: float) -> None:
    """The copy for the global address, taken after the instance's own."""
    tale.attempts({"event_id": event_id, "instance": "7", "event": event}, ((t, 200),), endpoint="global")


def opened(tale: LongTale) -> None:
    """`open` at 2.0, taken at both addresses; announced after the first."""
    tale.journey(0.0, 30.0)
    tale.state(1.0, "open")
    event_id = tale.event(2.0, "connection.update", {"state": "open"})
    at_two_addresses(tale, event_id, "connection.update", t=2.5)
    tale.seen(1.0, "QRCODE", announcement="1:session")
    tale.seen(2.1, "CONNECTED", announcement="1:session")


def test_an_effect_after_each_copy_breaks_it(long_tale: LongTale) -> None:
    """The same announcement once more after the global copy."""
    opened(long_tale)
    long_tale.seen(2.6, "CONNECTED", announcement="1:session")

    assert "was announced again after the second (CONNECTED)" in long_tale.worst("I26").sentence


def test_one_effect_holds(long_tale: LongTale) -> None:
    """Nothing is announced for the second copy."""
    opened(long_tale)

    assert long_tale.truth("I26") is Truth.TRUE


@pytest.mark.parametrize(("copies", "truth"), [(2, Truth.FALSE), (1, Truth.TRUE), (0, Truth.UNKNOWN)])
def test_a_message_at_both_addresses_stands_there_once(long_tale: LongTale, copies: int, truth: Truth) -> None:
    """Counted in the conversation; one that is missing is another matter."""
    long_tale.journey(0.0, 30.0)
    event_id = long_tale.message(2.0, "M1")
    at_two_addresses(long_tale, event_id, "messages.upsert", t=2.5)
    long_tale.read(10.0, *[{"message_id": "M1"}] * copies)

    assert long_tale.truth("I26") is truth


def suffixed(tale: LongTale, status: int) -> dict[str, Any]:
    """An event sent to an address that ends with its name."""
    tale.journey(0.0, 30.0)
    tale.state(1.0, "open")
    event_id = tale.event(2.0, "connection.update", {"state": "open"}, sent=((2.0, status),))
    plan = {"event_id": event_id, "delivery": f"{event_id}:instance", "instance": "7", "event": "connection.update"}
    tale.add(2.0, "plan", **plan, attempt=1, url="http://b/hook/connection-update", due_offsets_s=[0.0], faults=[])
    return plan


@pytest.mark.parametrize(
    ("status", "truth"), [(404, Truth.FALSE), (405, Truth.FALSE), (200, Truth.TRUE), (503, Truth.UNKNOWN)]
)
def test_an_address_with_the_events_name_must_be_there(long_tale: LongTale, status: int, truth: Truth) -> None:
    """A backend that knows only the bare address answers 404 to every webhook by event."""
    suffixed(long_tale, status)

    assert long_tale.truth("I26") is truth


def test_one_address_proves_nothing(long_tale: LongTale) -> None:
    """Without a suffix or a second address there is nothing to judge."""
    long_tale.journey(0.0, 30.0)
    long_tale.webhook(2.0, state="open", sent=(2.0, 2.5))
    long_tale.seen(2.1, "CONNECTED")
    long_tale.seen(2.6, "CONNECTED")

    assert long_tale.truth("I26") is Truth.UNKNOWN
