"""How long is waited, and what then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channel_backend.events import GONE, Owner, Qr, Seen
from channel_backend.patience import (
    NO_QR_REASON,
    NOT_BACK_REASON,
    NOT_LINKED_REASON,
    UNREACHABLE_REASON,
    Deadlines,
    Patience,
    checked_again,
    deadlines,
    look_again,
    next_look,
    overdue,
)
from channel_backend.standing import Standing, closed, connected, ended, failed, linking, showing, started
from channel_backend.status import ChannelStatus

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE = Patience(start_s=60, check_s=5, qr_check_s=50, qr_silence_s=120, recheck_s=30)
OPENING = started(Standing())
WAITING = showing(OPENING, Qr("A", "image"))
OPEN = connected(WAITING, Owner("5511999990001", "5511999990001@s.whatsapp.net"))
CONNECTING = Seen("connecting")
RECHECK = Deadlines(NOW + timedelta(seconds=30))


def after(check_s: float, give_up_s: float) -> Deadlines:
    """Deadlines counted from now."""
    return Deadlines(NOW + timedelta(seconds=check_s), NOW + timedelta(seconds=give_up_s))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(Standing(), OPENING, after(5, 60), id="a start"),
        pytest.param(OPENING, WAITING, after(50, 120), id="the first code"),
        pytest.param(WAITING, showing(WAITING, Qr("B", "image")), after(50, 120), id="the next code"),
        pytest.param(WAITING, linking(WAITING), after(5, 60), id="a scan"),
        pytest.param(OPEN, linking(OPEN), after(5, 60), id="a reconnect"),
        pytest.param(WAITING, OPEN, RECHECK, id="connected"),
        pytest.param(OPEN, closed(OPEN), RECHECK, id="closed, and not by the owner"),
        pytest.param(WAITING, failed(WAITING, "why"), RECHECK, id="failed"),
        pytest.param(OPEN, ended(OPEN), Deadlines(), id="ended by the owner"),
    ],
)
def test_a_move_sets_what_is_waited_for(old: Standing, new: Standing, expected: Deadlines) -> None:
    """What is on its way has a next look and an end, what has arrived a look now and then, what was ended nothing."""
    assert deadlines(old, new, NOW, PATIENCE, Deadlines()) == expected


@pytest.mark.parametrize("standing", [OPENING, WAITING, OPEN, closed(OPEN)])
def test_no_move_keeps_the_deadlines(standing: Standing) -> None:
    """Events that change nothing do not prolong the wait."""
    kept = after(1, 2)

    assert deadlines(standing, replace(standing, clock=NOW), NOW, PATIENCE, kept) == kept


def test_a_confirmed_code_is_good_for_another_round() -> None:
    """Evolution still waits for a scan: so do we; a mere CONNECTING ends when it was meant to."""
    kept = after(1, 2)

    assert checked_again(WAITING, NOW, PATIENCE, kept) == after(50, 120)
    assert checked_again(OPENING, NOW, PATIENCE, kept) == look_again(NOW, PATIENCE, kept) == after(5, 2)


@pytest.mark.parametrize(
    ("standing", "seen", "given_up", "status", "reason"),
    [
        pytest.param(OPENING, CONNECTING, False, "CONNECTING", None, id="no code yet"),
        pytest.param(OPENING, GONE, False, "CONNECTING", None, id="perhaps not created yet"),
        pytest.param(OPENING, None, False, "CONNECTING", None, id="Evolution away for a moment"),
        pytest.param(OPENING, CONNECTING, True, "ERROR", NO_QR_REASON, id="no code in time"),
        pytest.param(OPENING, GONE, True, "ERROR", NO_QR_REASON, id="never created"),
        pytest.param(OPENING, None, True, "ERROR", UNREACHABLE_REASON, id="Evolution away too long"),
        pytest.param(linking(WAITING), CONNECTING, True, "ERROR", NOT_LINKED_REASON, id="scanned, never open"),
        pytest.param(linking(OPEN), CONNECTING, True, "ERROR", NOT_BACK_REASON, id="never back"),
        pytest.param(linking(OPEN), GONE, False, "DISCONNECTED", None, id="removed while away"),
        pytest.param(linking(WAITING), Seen("open"), False, "CONNECTED", None, id="open was lost"),
        pytest.param(WAITING, Seen("open"), True, "CONNECTED", None, id="both reports were lost"),
        pytest.param(WAITING, CONNECTING, True, "QRCODE", None, id="still waiting for a scan"),
        pytest.param(WAITING, None, False, "QRCODE", None, id="code on show, Evolution away"),
        pytest.param(WAITING, None, True, "ERROR", UNREACHABLE_REASON, id="code too old to be good"),
        pytest.param(OPEN, Seen("close"), False, "DISCONNECTED", None, id="close was lost"),
        pytest.param(OPEN, None, True, "CONNECTED", None, id="connected, Evolution away"),
    ],
)
def test_a_look_after_silence(
    standing: Standing,
    seen: Seen | None,
    given_up: Any,
    status: str,
    reason: str | None,
) -> None:
    """Nothing on its way stays so for ever, and what was lost is found."""
    looked = overdue(standing, seen, given_up=given_up)

    assert (looked.status, looked.reason) == (ChannelStatus(status), reason)


def test_an_expired_code_is_an_error_with_a_way_out() -> None:
    """Evolution closed the session while the code was on show."""
    looked = overdue(WAITING, Seen("close"), given_up=False)

    assert (looked.status, looked.qr) == (ChannelStatus.ERROR, None)
    assert looked.reason is not None
    assert "Start again" in looked.reason


@pytest.mark.parametrize(
    ("standing", "silent_s", "expected_s"),
    [
        pytest.param(OPENING, 0, 5, id="on its way"),
        pytest.param(OPEN, 9999, 30, id="connected: always after the same time"),
        pytest.param(closed(OPEN), 0, 30, id="just over"),
        pytest.param(closed(OPEN), 100, 100, id="over for a while: less often"),
        pytest.param(failed(WAITING, "why"), 10**6, 3600, id="over for long: once an hour"),
        pytest.param(ended(OPEN), 0, None, id="ended by the owner: never"),
    ],
)
def test_when_to_look_again(standing: Standing, silent_s: int, expected_s: int | None) -> None:
    """A connection is looked at for ever; what is over costs less the longer it is over."""
    since = NOW - timedelta(seconds=silent_s)

    expected = None if expected_s is None else NOW + timedelta(seconds=expected_s)

    assert next_look(standing, since, NOW, PATIENCE) == expected
