"""Tests of how sessions end, and of what is left of them."""

import json
from math import inf

import pytest

from fake_evolution.domain.events.connection import ConnectionClosed, ConnectionRefused, LogoutInstance, StatusInstance
from fake_evolution.domain.instance import Later, Qr
from fake_evolution.domain.signals import (
    CleanedUp,
    Connect,
    Logout,
    Phone,
    PhonePaired,
    QrArrived,
    Restart,
    SocketClosed,
    SocketConnecting,
    SocketOpened,
)
from fake_evolution.domain.states import Link, Phase
from fake_evolution.tests.stories import NOW, OPEN, PHONE, facts, instance_in, play


@pytest.mark.parametrize("code", [401, 402, 403, 406])
def test_logout_codes_end_the_session_aloud(code: int) -> None:
    """401, 402, 403 and 406 close memory and row, forget the credentials and emit three events in order."""
    moved = play(*OPEN, SocketClosed(code, "gone"))

    instance = moved.instance
    assert (instance.phase, instance.row, instance.phone, instance.sockets) == (Phase.CLOSED, Link.CLOSE, None, ())
    assert [type(event) for event in moved.events] == [StatusInstance, LogoutInstance, ConnectionClosed]
    assert moved.events[2] == ConnectionClosed("sales", code)
    assert moved.later == ()


def test_disconnection_is_kept_as_a_json_text() -> None:
    """Row and status.instance hold the same text, which names code, phrase and message."""
    moved = play(*OPEN, SocketClosed(403, "Stream Errored (forbidden)"))

    kept = moved.instance.disconnection
    assert kept is not None
    assert (kept.code, kept.at) == (403, NOW)
    assert moved.events[0] == StatusInstance("sales", NOW, 403, kept.object_text)
    payload = {"statusCode": 403, "error": "Forbidden", "message": "Stream Errored (forbidden)"}
    assert json.loads(kept.object_text)["error"]["output"]["payload"] == payload


@pytest.mark.parametrize("code", [408, 428, 440, 500, 503, 515, None])
def test_other_codes_reconnect_silently(code: int | None) -> None:
    """Any other close is told to nobody: memory reconnects at once, the row stays open (Q7, Q13)."""
    closed = play(*OPEN, SocketClosed(code))
    again = play(SocketConnecting(3), start=closed.instance)

    assert (closed.instance.phase, closed.instance.row, closed.events) == (Phase.CLOSED, Link.OPEN, ())
    assert closed.later == (Later(0.015, SocketConnecting(3)),)
    assert (again.instance.memory, again.instance.row) == (Link.CONNECTING, Link.OPEN)


def test_lost_connection_lasts_as_long_as_it_is_said() -> None:
    """With WhatsApp away for a minute the stored session is let in a minute later."""
    closed = play(*OPEN, SocketClosed(408, away_s=60.0)).instance

    again = play(SocketConnecting(3), start=closed)

    assert again.later == (Later(60.0, SocketOpened(3)),)
    assert again.instance.away_s == 0.0


def test_whatsapp_that_stays_away_leaves_it_connecting() -> None:
    """With WhatsApp away for ever nothing opens by itself."""
    closed = play(*OPEN, SocketClosed(408, away_s=inf)).instance

    again = play(SocketConnecting(3), start=closed)

    assert (again.instance.phase, again.later) == (Phase.OPENING, ())


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.QR, Phase.OPENING, Phase.OPEN])
def test_logout_changes_nothing_by_itself(phase: Phase) -> None:
    """The logout only asks WhatsApp; the close with 401 comes a moment later."""
    before = instance_in(phase)

    moved = play(Logout(), start=before)

    assert (moved.instance, moved.events) == (before, ())
    assert moved.later == (Later(0.02, SocketClosed(401, "Log out instance: sales")),)


def test_logout_of_a_dead_socket_reaches_nobody() -> None:
    """Where the socket died unnoticed nothing will ever come of a logout (Q10)."""
    zombie = instance_in(Phase.OPEN, socket_dead=True)

    moved = play(Logout(), start=zombie)

    assert (moved.instance, moved.events, moved.later) == (zombie, (), ())


def test_restart_is_a_plain_close_a_moment_later() -> None:
    """Restart leaves the state alone; the close without a code then makes it reconnect."""
    before = instance_in(Phase.OPEN)

    moved = play(Restart(), start=before)

    assert (moved.instance, moved.events) == (before, ())
    assert moved.later == (Later(0.02, SocketClosed(None)),)


def test_qr_object_outlives_its_session() -> None:
    """After a logout the old code and the old count are still there, and the next code counts on (Q8, Q26)."""
    over = play(*OPEN, SocketClosed(401)).instance
    again = play(Connect(), SocketConnecting(3), QrArrived(3, 0), start=over).instance

    assert over.qr == instance_in(Phase.OPEN).qr
    assert again.qr.count == over.qr.count + 1


def test_limit_comes_sooner_after_a_logout() -> None:
    """The count of the first session eats into the limit of the second (Q26)."""
    over = play(*OPEN, SocketClosed(401)).instance

    moved = play(Connect(), SocketConnecting(3), QrArrived(3, 0), start=over, given=facts(qr_limit=1))

    assert moved.events[1] == ConnectionRefused("sales", PHONE)
    assert moved.instance.qr == Qr(0, over.qr.code, over.qr.image)


def test_owner_outlives_the_session_and_the_reason_outlives_the_next_open() -> None:
    """Owner stays after a logout; the disconnection stays after the next open (Q25)."""
    over = play(*OPEN, SocketClosed(401)).instance
    another = Phone("5531977776666", "Rui")
    story = (Connect(), SocketConnecting(3), QrArrived(3, 0), PhonePaired(another), SocketClosed(515, socket=3))
    again = play(*story, SocketConnecting(4), start=over)
    is_open = play(SocketOpened(4), start=again.instance).instance

    assert (over.owner, over.sender) == (PHONE, PHONE.jid)
    assert again.instance.sender == PHONE.jid
    assert (is_open.owner, is_open.sender, is_open.disconnection) == (another, another.jid, over.disconnection)


def test_late_clean_up_hits_the_session_that_was_paired_meanwhile() -> None:
    """It marks the new pairing closed in the row and forgets its credentials, and memory stays open (Q31)."""
    new_pairing = instance_in(Phase.OPEN)

    moved = play(CleanedUp(), start=new_pairing).instance

    assert (moved.memory, moved.row, moved.phone, moved.owner) == (Link.OPEN, Link.CLOSE, None, PHONE)


def test_session_without_credentials_asks_for_a_qr_code_after_its_next_close() -> None:
    """What a late clean-up left works until its socket closes; the next socket starts with QR codes (Q31)."""
    hollow = play(CleanedUp(), start=instance_in(Phase.OPEN)).instance

    again = play(SocketClosed(408), SocketConnecting(3), start=hollow)

    assert (again.instance.phase, again.later) == (Phase.STARTING, (Later(0.4, QrArrived(3, 0)),))
