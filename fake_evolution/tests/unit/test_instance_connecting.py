"""Tests of how an instance comes to be connected: sockets, QR codes, pairing, opening."""

from math import inf

from fake_evolution.domain.events.connection import ConnectionConnecting, ConnectionOpen, ConnectionRefused
from fake_evolution.domain.events.qrcode import QrcodeLimitReached, QrcodeUpdated
from fake_evolution.domain.instance import Later, Qr
from fake_evolution.domain.signals import (
    Connect,
    PhonePaired,
    QrArrived,
    SocketClosed,
    SocketConnecting,
    SocketOpened,
)
from fake_evolution.domain.states import Link, Phase
from fake_evolution.tests.stories import OPEN, OPENING, PAIRED, PHONE, QR, STARTING, facts, instance_in, play


def test_connect_opens_a_socket_and_says_nothing_yet() -> None:
    """After connect memory is still closed; the socket talks a moment later."""
    moved = play(Connect(), given=facts(connect_s=0.03))

    assert (moved.instance.phase, moved.instance.sockets, moved.events) == (Phase.CLOSED, (1,), ())
    assert moved.later == (Later(0.03, SocketConnecting(1)),)


def test_socket_that_talks_means_connecting() -> None:
    """The first words with WhatsApp are announced, and its first reference is on the way."""
    moved = play(*STARTING, given=facts(qr_first_s=0.4))

    assert (moved.instance.phase, moved.instance.memory, moved.instance.row) == (
        Phase.STARTING,
        Link.CONNECTING,
        Link.CLOSE,
    )
    assert moved.events == (ConnectionConnecting("sales"),)
    assert moved.later == (Later(0.4, QrArrived(1, 0)),)


def test_whatsapp_that_never_gives_a_code_leaves_nothing_to_wait_for() -> None:
    """With an infinite first QR nothing comes by itself: stuck in connecting."""
    moved = play(*STARTING, given=facts(qr_first_s=inf))

    assert (moved.instance.phase, moved.later) == (Phase.STARTING, ())


def test_first_qr_is_counted_shown_and_followed() -> None:
    """A reference becomes a code, an image, an event, a connecting row, and the next reference after 45 s."""
    moved = play(*QR)

    qr = moved.instance.qr
    assert qr == Qr(1, qr.code, f"image of {qr.code}", None)
    assert moved.instance.row is Link.CONNECTING
    assert moved.events == (QrcodeUpdated("sales", None, str(qr.code), str(qr.image)),)
    assert moved.later == (Later(45.0, QrArrived(1, 1)),)


def test_codes_rotate_and_keep_the_keys_of_their_socket() -> None:
    """The second code differs from the first in its reference only, and counts two."""
    known = facts()
    first = play(*QR, given=known).instance

    second = play(QrArrived(1, 1), start=first, given=known).instance

    (old, *old_keys), (new, *new_keys) = str(first.qr.code).split(","), str(second.qr.code).split(",")
    assert (first.qr.count, second.qr.count) == (1, 2)
    assert old != new
    assert old_keys == new_keys


def test_used_up_references_reconnect_at_once_and_go_on_counting() -> None:
    """After its last reference a socket is closed with 408: a new one starts, without an event for the close."""
    known = facts(qr_refs=1)
    closed = play(*QR, QrArrived(1, 1), given=known)
    again = play(SocketConnecting(2), QrArrived(2, 0), start=closed.instance, given=known)

    assert (closed.instance.phase, closed.instance.sockets, closed.events) == (Phase.CLOSED, (2,), ())
    assert closed.later == (Later(0.015, SocketConnecting(2)),)
    assert (again.instance.phase, again.instance.qr.count) == (Phase.QR, 2)


def test_reference_over_the_limit_is_refused() -> None:
    """At the limit memory is closed and counts from 0, and the row goes on saying connecting (Q7)."""
    moved = play(*QR, QrArrived(1, 1), given=facts(qr_limit=1))

    assert (moved.instance.phase, moved.instance.row, moved.instance.sockets) == (Phase.CLOSED, Link.CONNECTING, ())
    assert moved.instance.qr.count == 0
    assert moved.events == (QrcodeLimitReached(), ConnectionRefused("sales", None))
    assert moved.later == ()


def test_connect_works_again_after_the_limit() -> None:
    """A refused instance can be connected anew and counts from one."""
    known = facts(qr_limit=1)
    refused = play(*QR, QrArrived(1, 1), given=known).instance

    again = play(Connect(), SocketConnecting(2), QrArrived(2, 0), start=refused, given=known).instance

    assert (again.phase, again.qr.count) == (Phase.QR, 1)


def test_pairing_number_is_counted_first_and_shown_a_second_later() -> None:
    """With a number the count rises at once; code and event come after WhatsApp gave a pairing code."""
    asked = play(Connect("5531988887777"), SocketConnecting(1), QrArrived(1, 0))
    shown = play(asked.later[0].happening, start=asked.instance)

    assert asked.instance.qr.answer() == {"count": 1}
    assert asked.later == (Later(1.0, QrArrived(1, 0, pairing_code_asked=True)),)
    assert (shown.instance.qr.count, len(str(shown.instance.qr.pairing_code))) == (1, 8)
    assert shown.later == (Later(44.0, QrArrived(1, 1)),)


def test_old_code_is_not_current_while_a_pairing_code_is_awaited() -> None:
    """Until WhatsApp gave the pairing code of a new session no code is shown, whatever an older session left."""
    left_behind = instance_in(Phase.CLOSED, qr=Qr(3, "2@old", "image of 2@old"))

    asked = play(Connect("5531988887777"), SocketConnecting(1), QrArrived(1, 0), start=left_behind)

    assert (asked.instance.phase, asked.instance.qr) == (Phase.STARTING, Qr(4, "2@old", "image of 2@old"))


def test_number_is_remembered_for_reconnects() -> None:
    """A connect without a number uses the one that was given before."""
    instance = instance_in(Phase.CLOSED, pairing_number="5531988887777")

    assert play(Connect(), start=instance).instance.pairing_number == "5531988887777"


def test_scan_stores_the_session_and_restarts_without_an_event() -> None:
    """A scan is followed by a close with 515 that nobody is told of."""
    paired = play(*PAIRED)
    closed = play(SocketClosed(515, socket=1), start=paired.instance)

    assert (paired.instance.phase, paired.instance.phone, paired.events) == (Phase.PAIRED, PHONE, ())
    assert paired.later == (Later(0.15, SocketClosed(515, "Stream Errored (restart required)", socket=1)),)
    assert (closed.instance.phase, closed.instance.memory, closed.events) == (Phase.CLOSED, Link.CLOSE, ())


def test_stored_session_is_let_in() -> None:
    """The socket after the restart announces connecting and asks for no QR; then it is open."""
    opening = play(*OPENING)

    assert (opening.instance.phase, opening.events) == (Phase.OPENING, (ConnectionConnecting("sales"),))
    assert opening.later == (Later(0.25, SocketOpened(2)),)


def test_open_writes_row_owner_and_sender() -> None:
    """Open is told with the phone's account, which row and envelopes name from then on."""
    moved = play(*OPEN)

    instance = moved.instance
    assert (instance.phase, instance.row, instance.owner, instance.sender) == (
        Phase.OPEN,
        Link.OPEN,
        PHONE,
        "5531988887777@s.whatsapp.net",
    )
    assert (moved.events, moved.later) == ((ConnectionOpen("sales", PHONE),), ())


def test_concurrent_connects_open_a_socket_each() -> None:
    """Two connects on a closed instance give two sockets, and both bring codes that are counted together."""
    twice = play(Connect(), Connect()).instance
    codes = play(SocketConnecting(1), SocketConnecting(2), QrArrived(1, 0), QrArrived(2, 0), start=twice)

    assert twice.sockets == (1, 2)
    assert codes.instance.qr.count == 2


def test_scan_ends_the_other_sockets() -> None:
    """Once a phone is paired only the newest socket lives; what the others report later does nothing."""
    twice = play(Connect(), Connect(), SocketConnecting(1), SocketConnecting(2), QrArrived(2, 0)).instance

    paired = play(PhonePaired(PHONE), start=twice).instance
    after = play(SocketClosed(408, socket=1), start=paired)

    assert paired.sockets == (2,)
    assert (after.instance, after.events, after.later) == (paired, (), ())


def test_reports_of_a_socket_that_is_gone_do_nothing() -> None:
    """A reference for a socket that was replaced changes nothing and is told to nobody."""
    showing = instance_in(Phase.QR)

    late = play(QrArrived(7, 0), start=showing)

    assert (late.instance, late.events, late.later) == (showing, (), ())


def test_qr_object_is_only_a_count_while_there_is_nothing_else() -> None:
    """The QR object leaves out what does not exist yet, and gives null for a pairing code in QR mode."""
    assert Qr().answer() == {"count": 0}
    assert Qr(1, "2@x", "image", None).answer() == {"pairingCode": None, "code": "2@x", "base64": "image", "count": 1}
    assert Qr(1, None, None, "ABCD1234").answer() == {"pairingCode": "ABCD1234", "count": 1}
