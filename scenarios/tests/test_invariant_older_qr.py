"""I7: an older QR is never shown after a newer one."""

from scenarios.judging import Truth
from scenarios.tests.tale import Tale


def two_qrs(tale: Tale) -> None:
    """Two QRs, shown in their order."""
    tale.qr(1.0, "first")
    tale.qr(46.0, "second")
    tale.seen(1.1, "QRCODE", code="first")
    tale.seen(46.1, "QRCODE", code="second")


def test_an_older_qr_on_the_socket_breaks_it(tale: Tale) -> None:
    """The socket is in order, so an older QR on it was applied late."""
    two_qrs(tale)
    tale.seen(46.3, "QRCODE", code="first")

    worst = tale.worst("I7")

    assert [line["kind"] for line in worst.witness] == ["qr", "qr", "seen", "seen"]
    assert "showed an older QR again" in worst.sentence


def test_an_older_qr_in_a_list_asked_for_later_breaks_it(tale: Tale) -> None:
    """A list that was asked for after the newer QR was shown cannot be excused."""
    two_qrs(tale)
    tale.seen(47.0, "QRCODE", code="first", via="list")

    assert tale.truth("I7") is Truth.FALSE


def test_a_list_that_was_under_way_is_excused(tale: Tale) -> None:
    """An answer that was asked for before may show what was true then."""
    two_qrs(tale)
    tale.seen(46.2, "QRCODE", code="first", via="list", asked_s=45.9)

    assert tale.truth("I7") is Truth.TRUE


def test_one_qr_proves_nothing(tale: Tale) -> None:
    """Without a second QR nothing could have been older."""
    tale.qr(1.0, "first")
    tale.seen(1.1, "QRCODE", code="first")
    tale.seen(1.6, "QRCODE", code="first", via="list")

    assert tale.truth("I7") is Truth.UNKNOWN
