"""What a plan can be made of: actions of people, of phones, of the outside, and faults on the way; as files have them.

Times come from short lists of round values: they are what a person would write, and they collide with one another.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from scenarios.dsl import Moment

Piece = Mapping[str, Any]
Pieces = st.SearchStrategy[Piece]

AFTER = st.sampled_from(["0s", "100ms", "300ms", "500ms", "1s", "2s"])
LONG = st.sampled_from(["500ms", "1s", "2s", "4s"])
SHORT = st.sampled_from(["0s", "50ms", "200ms", "500ms", "1s"])
ALIVE = st.sampled_from([Moment.STARTED.value, Moment.QR.value, Moment.SCANNED.value, Moment.CONNECTED.value])
ANY_MOMENT = st.sampled_from([one.value for one in Moment if one not in {Moment.START, Moment.END}])
LINKED = st.just(Moment.CONNECTED.value)
SOME = st.sampled_from([0.3, 0.5, 1.0])

EVENTS = st.sampled_from(
    [
        {"event": "qrcode.updated"},
        {"event": "connection.update"},
        {"event": "connection.update", "state": "open"},
        {"event": "connection.update", "state": "connecting"},
        {"event": "connection.update", "state": "close"},
        {"event": "messages.upsert"},
        {},
    ]
)


def _step(do: str, at: st.SearchStrategy[str], **args: st.SearchStrategy[Any]) -> Pieces:
    return st.fixed_dictionaries({"at": at, "after": AFTER, "do": st.just(do), **args})


def people() -> Pieces:
    """What an impatient, or a second, person clicks."""
    return st.one_of(
        _step("start-again", ALIVE),
        _step("request-qr", ALIVE),
        _step("parallel-starts", st.just(Moment.CREATED.value), count=st.integers(2, 4)),
        _step("delete-channel", ANY_MOMENT),
        _step("recreate-channel", LINKED),
        _step("second-tenant", ANY_MOMENT),
    )


def phones() -> Pieces:
    """What happens to the phone."""
    return st.one_of(
        _step("unlink", LINKED),
        _step("ban", LINKED),
        _step("lose-connection", LINKED, **{"for": LONG}),
    )


def conversations() -> Pieces:
    """Messages in both directions."""
    return st.one_of(
        _step("receive-messages", LINKED, count=st.integers(1, 3), same_text=st.booleans()),
        _step("send-from-phone", LINKED),
        _step("reply", LINKED),
        _step("acks", LINKED, status=st.sampled_from(["DELIVERY_ACK", "READ"])),
    )


def outages() -> Pieces:
    """What breaks down and comes back; each once, for all channels."""
    once = {"once": st.just(value=True)}
    down = {"down": st.sampled_from(["500ms", "1s"]), **once}
    return st.one_of(
        _step("kill-backend", ANY_MOMENT, **down),
        _step("kill-redis", ANY_MOMENT, **down),
        _step("kill-database", ANY_MOMENT, **down),
        _step("pause-database", ANY_MOMENT, **{"for": LONG, **once}),
        _step("restart-evolution", ANY_MOMENT, **down),
    )


def faults() -> Pieces:
    """What happens to webhooks on their way."""
    return st.one_of(
        _fault("delay", delay=LONG),
        _fault("duplicate", copies=st.integers(1, 3), gap=SHORT),
        _fault("drop"),
        _fault("drop-ack", timeout=st.just("500ms")),
        _fault("reorder", past=st.integers(1, 3)),
        _fault("replay-after-delete", after=LONG),
        _fault("corrupt"),
        _fault("forged", proof=st.sampled_from(["wrong", "missing"])),
        _fault("wrong-instance", beside=st.just(value=True)),
        _fault("clock-skew", ahead=st.sampled_from(["1h", "5s"])),
        _fault("clock-skew", behind=st.sampled_from(["3h", "5s"])),
        _fault("slow-body", over=st.just("2s")),
        _fault("reset"),
    )


def _fault(name: str, **args: st.SearchStrategy[Any]) -> Pieces:
    return st.fixed_dictionaries({"fault": st.just(name), **args, "probability": SOME, "select": EVENTS})


def journeys() -> Pieces:
    """How the person connects, how long they stay, and how it ends."""
    return st.fixed_dictionaries(
        {
            "again": st.sampled_from([False, False, True]),
            "qr_by": st.sampled_from(["start", "put"]),
            "ends": st.sampled_from(["delete", "disconnect"]),
            "stay": st.sampled_from(["2s", "4s"]),
            "reaction": st.sampled_from(["200ms", "1s"]),
            # Who waits longer than this has seen enough.
            "deadlines": st.just({"qr": "12s", "connected": "10s", "disconnected": "10s"}),
        }
    )


def timings() -> Pieces:
    """How WhatsApp takes its time."""
    return st.fixed_dictionaries(
        {}, optional={"qr_first": st.sampled_from(["50ms", "2s"]), "qr_interval": st.sampled_from(["2s", "5s"])}
    )
