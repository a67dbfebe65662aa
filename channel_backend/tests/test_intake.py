"""What single events do to a channel."""

from datetime import UTC, datetime, timedelta

import pytest

from channel_backend.events import GONE, Owner, Qr, QrReported, Seen, StateReported
from channel_backend.intake import Apply, Ask, Decision, Ignore, Order, believe, decide, order_of, settle
from channel_backend.standing import Standing, connected, ended, linking, showing, started
from channel_backend.status import ChannelStatus, from_evolution

T0 = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = Owner(number="5511999990001", jid="5511999990001@s.whatsapp.net")


def at(second: float) -> datetime:
    """A moment on Evolution's clock."""
    return T0 + timedelta(seconds=second)


def state(word: str, second: float | None, session: int | None = 1) -> StateReported:
    """A reported connection state."""
    owner = OWNER if word == "open" else None
    moment = None if second is None else at(second)
    return StateReported(from_evolution(word), word, session=session, at=moment, owner=owner)


def qr(code: str, second: float | None, session: int | None = 1) -> QrReported:
    """A reported QR code."""
    return QrReported(Qr(code, f"image of {code}", None if second is None else at(second)), session=session)


def after(*events: StateReported | QrReported) -> Standing:
    """A session that was started and met these events."""
    standing = started(Standing())
    for event in events:
        decision = decide(standing, event)
        assert isinstance(decision, Apply)
        standing = decision.standing
    return standing


OPENING = after()
WAITING = after(state("connecting", 1), qr("A", 2))
OPEN = after(state("connecting", 1), qr("A", 2), state("connecting", 3), state("open", 4))


def status_of(decision: Decision) -> ChannelStatus:
    """Where an applied decision leads."""
    assert isinstance(decision, Apply)
    return decision.standing.status


def test_a_scan_goes_through_connecting_and_takes_the_code_down() -> None:
    """`connecting` after a QR code means that this code links nothing any more."""
    decision = decide(WAITING, state("connecting", 3))

    assert isinstance(decision, Apply)
    assert (decision.standing.status, decision.standing.qr) == (ChannelStatus.CONNECTING, None)


def test_open_connects_and_names_the_phone() -> None:
    """The number comes with `open`, and no code is left."""
    assert (OPEN.status, OPEN.owner, OPEN.qr) == (ChannelStatus.CONNECTED, OWNER, None)


def test_a_newer_code_replaces_the_shown_one() -> None:
    """The newest code is the one on show."""
    decision = decide(WAITING, qr("B", 5))

    assert isinstance(decision, Apply)
    assert decision.standing.qr == Qr("B", "image of B", at(5))


@pytest.mark.parametrize(
    ("standing", "event"),
    [
        pytest.param(WAITING, qr("A", 2), id="the same code again"),
        pytest.param(WAITING, state("connecting", 1), id="connecting delivered after its code"),
        pytest.param(OPEN, state("connecting", 3), id="connecting delivered after open"),
        pytest.param(OPEN, qr("A", 2), id="a code delivered after open"),
        pytest.param(OPEN, state("open", 4), id="open again"),
        pytest.param(linking(WAITING), qr("A", 2), id="the code that was scanned, again"),
        pytest.param(ended(OPEN), state("open", 9), id="open of a session that was ended"),
        pytest.param(ended(OPEN), qr("C", 9, session=None), id="a code after the end, unlabelled"),
        pytest.param(ended(OPEN), state("open", 9, session=None), id="open after the end, unlabelled"),
        pytest.param(started(ended(OPEN)), state("close", 9), id="close of the session before this one"),
    ],
)
def test_an_event_that_is_no_news_is_ignored(standing: Standing, event: StateReported | QrReported) -> None:
    """Duplicates and latecomers change nothing."""
    assert isinstance(decide(standing, event), Ignore)


@pytest.mark.parametrize(
    ("standing", "event"),
    [
        pytest.param(OPEN, state("close", 9), id="a connected channel is closed"),
        pytest.param(OPEN, state("connecting", 9), id="a connected channel reconnects"),
        pytest.param(OPEN, state("refused", 9), id="a connected channel is refused"),
        pytest.param(OPEN, qr("B", 9), id="a connected channel gets a code"),
        pytest.param(OPEN, state("paused", 9), id="an unknown state"),
        pytest.param(WAITING, state("paused", 9), id="an unknown state while waiting"),
        pytest.param(WAITING, state("open", 2), id="open of the same moment as the code"),
        pytest.param(WAITING, state("open", None), id="open without a time"),
        pytest.param(OPENING, state("open", 1, session=None), id="the first event comes unlabelled"),
        pytest.param(WAITING, qr("0", 1), id="an older code"),
        pytest.param(WAITING, qr("B", None), id="a code without a time"),
    ],
)
def test_what_one_event_cannot_prove_is_asked(standing: Standing, event: StateReported | QrReported) -> None:
    """Nothing is taken from the owner, and no clock is trusted, without a look at Evolution."""
    assert isinstance(decide(standing, event), Ask)


def test_a_start_and_an_end_are_new_sessions() -> None:
    """Each moves the number on, so that nothing of before is taken for it."""
    assert (OPEN.session, ended(OPEN).session, started(ended(OPEN)).session) == (1, 2, 3)


def test_the_qr_limit_ends_in_error_with_a_reason() -> None:
    """`refused` while waiting for a scan says what to do next."""
    decision = decide(WAITING, state("refused", 90))

    assert isinstance(decision, Apply)
    assert decision.standing.status is ChannelStatus.ERROR
    assert decision.standing.reason is not None


def test_a_close_before_the_link_is_disconnected() -> None:
    """A session closed while it waited for a scan is over."""
    assert status_of(decide(WAITING, state("close", 9))) is ChannelStatus.DISCONNECTED


def test_a_late_code_heals_an_error() -> None:
    """WhatsApp was slower than our patience: the code is shown all the same."""
    failed = settle(WAITING, state("refused", 9), Seen("close"))

    assert status_of(decide(failed, qr("B", 10))) is ChannelStatus.QRCODE


def test_a_code_from_an_answer_has_no_time_to_compare_with() -> None:
    """After a code from an API answer, the next event's order is in doubt, so that `connecting` cannot blank it."""
    shown = showing(OPENING, Qr("A", "image of A"))

    assert order_of(shown, state("connecting", 1)) is Order.DOUBT
    assert isinstance(decide(shown, state("connecting", 1)), Ignore)


def test_the_same_code_by_webhook_brings_its_time() -> None:
    """Once the webhook of that code has come, events are in order again."""
    shown = showing(OPENING, Qr("A", "image of A"))

    decision = decide(shown, qr("A", 2))

    assert isinstance(decision, Apply)
    assert order_of(decision.standing, state("connecting", 3)) is Order.NEWER


def test_the_answer_open_keeps_a_connected_channel() -> None:
    """Evolution says that the session is open: whatever was reported is old."""
    assert settle(OPEN, state("close", 9), Seen("open")) == OPEN


@pytest.mark.parametrize("seen", [Seen("close"), GONE])
def test_the_answer_close_disconnects(seen: Seen) -> None:
    """Closed, or not there at all: the channel is disconnected and the phone forgotten."""
    settled = settle(OPEN, state("close", 9), seen)

    assert (settled.status, settled.owner) == (ChannelStatus.DISCONNECTED, None)


def test_the_answer_connecting_shows_the_current_code() -> None:
    """In doubt between codes, Evolution's current one is shown."""
    settled = settle(WAITING, qr("0", 1), Seen("connecting", qr=Qr("B", "image of B")))

    assert settled.qr == Qr("B", "image of B")


def test_a_code_taken_down_does_not_come_back_with_an_answer() -> None:
    """While it links, Evolution still hands out the code that was scanned."""
    linked = linking(WAITING)

    assert settle(linked, None, Seen("connecting", qr=Qr("A", "image of A"))) == linked


def test_an_unknown_answer_is_error() -> None:
    """When Evolution itself says a word nobody knows, the owner is told."""
    settled = settle(OPEN, state("paused", 9), Seen("paused"))

    assert (settled.status, settled.reason) == (
        ChannelStatus.ERROR,
        "Evolution reports a state this version does not know: 'paused'.",
    )


def test_a_newer_event_is_believed_when_nobody_can_be_asked() -> None:
    """Evolution is away: a newer `close` is taken at its word."""
    believed = believe(OPEN, state("close", 9))

    assert believed is not None
    assert believed.status is ChannelStatus.DISCONNECTED


def test_a_doubtful_event_must_come_again_when_nobody_can_be_asked() -> None:
    """Evolution is away and the order unknown: no decision, so the event is asked for again."""
    assert believe(OPEN, state("close", None)) is None


def test_an_open_found_by_asking_names_the_phone() -> None:
    """When `open` itself was lost, the phone comes from Evolution's list."""
    assert settle(WAITING, None, Seen("open", owner=OWNER)) == connected(WAITING, OWNER)
