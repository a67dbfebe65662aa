"""Histories of statuses, QR codes, copies, retries and strangers, easily misread."""

from typing import Any

from scenarios.tests.odd_tale import OddTale
from scenarios.tests.retold import retold

SESSION = "1:whatsappSession"


def _looked_at(tale: OddTale, until_s: float = 30.0) -> None:
    tale.journey(0.0, until_s)
    tale.seen(0.5, "CONNECTING", announcement=SESSION)
    tale.seen(0.6, "CONNECTING", via="list")


def _told(tale: OddTale, t: float, status: str, **more: Any) -> None:
    """The socket tells it once, and the list shows it."""
    tale.seen(t, status, announcement=SESSION, **more)
    tale.seen(t + 0.1, status, via="list", **more)


@retold(true="I1")
def copy_whose_effect_is_still_there(tale: OddTale) -> None:
    """CONNECTED after the second copy, read as its effect: it had been there since the first."""
    _looked_at(tale)
    tale.connection(2.0, "open", 2.0, 3.0)
    _told(tale, 2.1, "CONNECTED")


@retold(false="I1")
def copy_that_is_announced_again(tale: OddTale) -> None:
    """The status never changed, read as no effect: everybody was told a second time."""
    _looked_at(tale)
    tale.connection(2.0, "open", 2.0, 3.0)
    _told(tale, 2.1, "CONNECTED")
    tale.seen(3.05, "CONNECTED", announcement=SESSION)


@retold(true="I2", unknown="I1")
def two_names_for_one_change(tale: OddTale) -> None:
    """Two announcements after two copies at once, read as two effects: one tells the session, one the channel."""
    _looked_at(tale)
    tale.connection(2.0, "open", 2.0, 2.0005)
    _told(tale, 2.1, "CONNECTED")
    tale.seen(2.1, "CONNECTED", announcement="1:whatsapp")


@retold(false="I3", unknown="I1 I2")
def copy_after_the_window(tale: OddTale) -> None:
    """Twenty minutes later, read as a message of its own: it has the id of the first."""
    tale.journey(0.0, 1300.0)
    tale.connection(1.0, "open", 1.0)
    _told(tale, 1.1, "CONNECTED")
    tale.message(2.0, "m-1", sent=[(2.0, 200), (1202.0, 200)])
    tale.read(1220.0, {"message_id": "m-1"}, {"message_id": "m-1"})


@retold(false="I4")
def hello_said_twice(tale: OddTale) -> None:
    """One hello of two, read as a duplicate well removed: they have ids of their own."""
    tale.journey(0.0, 40.0)
    tale.connection(1.0, "open", 1.0)
    _told(tale, 1.1, "CONNECTED")
    tale.message(2.0, "m-1", text="hello")
    tale.message(3.0, "m-2", text="hello")
    tale.read(20.0, {"message_id": "m-1"})


@retold(false="I5 I9")
def retry_that_was_newest_to_arrive(tale: OddTale) -> None:
    """The last webhook to arrive, read as the newest: it was sent again, and tells of a time before `open`."""
    _looked_at(tale)
    tale.event(2.0, "connection.update", {"state": "close"}, sent=[(2.0, 503), (12.0, 200)])
    tale.connection(3.0, "open", 3.0)
    _told(tale, 3.1, "CONNECTED")
    _told(tale, 12.1, "DISCONNECTED")


@retold(true="I5")
def list_that_was_under_way(tale: OddTale) -> None:
    """An older status after a newer one, read as going back: the list had been asked for before."""
    _looked_at(tale)
    tale.connection(1.7, "connecting", 3.0)
    tale.connection(2.0, "open", 2.0)
    tale.seen(2.1, "CONNECTED", announcement=SESSION)
    tale.seen(3.1, "CONNECTING", via="list", asked_s=1.9)
    tale.seen(3.6, "CONNECTED", via="list")


@retold(false="I6")
def qr_on_a_connected_channel(tale: OddTale) -> None:
    """CONNECTED, read as all is well: the list still shows the QR that was scanned."""
    tale.journey(0.0, 30.0)
    tale.code(1.0, "the-qr", 1.0)
    tale.seen(1.1, "QRCODE", code="the-qr")
    tale.seen(1.2, "QRCODE", code="the-qr", via="list")
    tale.seen(5.0, "CONNECTED", code="the-qr")
    tale.seen(5.1, "CONNECTED", code="the-qr", via="list")


@retold(true="I8 I10")
def slow_to_find_out(tale: OddTale) -> None:
    """Twenty seconds of a wrong status, read as stuck: the webhook was lost, and the backend found out by asking."""
    tale.journey(0.0, 100.0)
    tale.code(1.0, "the-qr", 1.0)
    tale.seen(1.1, "QRCODE", code="the-qr")
    tale.seen(1.2, "QRCODE", code="the-qr", via="list")
    tale.state(5.0, "open")
    tale.connection(5.0, "open")
    _told(tale, 25.0, "CONNECTED")


@retold(false="I10")
def learnt_by_asking(tale: OddTale) -> None:
    """CONNECTED in the end, read as the webhook's effect: it changed nothing, until Evolution was asked."""
    _looked_at(tale)
    tale.state(2.0, "open")
    tale.connection(2.0, "open", 2.0)
    tale.add(9.0, "answer", instance="7", status=200, body={"instance": {"instanceName": "7", "state": "open"}})
    _told(tale, 9.2, "CONNECTED")


@retold(unknown="I10")
def not_found_after_the_delete(tale: OddTale) -> None:
    """404 for an instance that lives, read as a lost webhook: the person had just deleted the channel."""
    _looked_at(tale)
    tale.state(1.0, "qr")
    tale.click(3.0, "delete")
    tale.event(2.9, "connection.update", {"state": "open"}, sent=[(3.2, 404)])
    tale.state(3.5, "removed")


@retold(false="I11")
def ghost_of_the_same_name(tale: OddTale) -> None:
    """`open` for an instance of this name, read as its own: it is of the one that was removed before."""
    _looked_at(tale)
    tale.state(1.0, "opening")
    tale.event(2.0, "connection.update", {"state": "open"}, sent=[(2.0, 503), (8.0, 200)])
    tale.state(6.0, "removed")
    tale.add(6.5, "state", instance="7", instance_id="another", phase="starting")
    tale.add(7.0, "state", instance="7", instance_id="another", phase="qr")
    _told(tale, 7.1, "QRCODE")
    _told(tale, 8.1, "CONNECTED")


def _gone_and_back_at_once(tale: OddTale) -> None:
    """Disconnected at second 6, and five seconds later every webhook once more, at the same moment."""
    _looked_at(tale)
    tale.connection(2.0, "connecting", 2.0, 11.0)
    tale.connection(3.0, "open", 3.0, 11.0)
    _told(tale, 3.1, "CONNECTED")
    tale.click(5.5, "disconnect")
    tale.connection(5.7, "close", 5.7, 11.0)
    tale.state(6.0, "removed")
    tale.reply(6.1, "disconnect")
    _told(tale, 6.2, "DISCONNECTED")


@retold(false="I5 I9 I11 I14")
def ghosts_that_come_together(tale: OddTale) -> None:
    """Each of them alone could have moved the channel, read as an excuse for the others: none of them may."""
    _gone_and_back_at_once(tale)
    _told(tale, 11.02, "CONNECTING")
    _told(tale, 11.04, "CONNECTED")


@retold(true="I11")
def ghosts_beside_a_new_start(tale: OddTale) -> None:
    """CONNECTING right after the ghosts, read as their work: the person had started again."""
    _gone_and_back_at_once(tale)
    tale.click(10.8, "start")
    _told(tale, 11.02, "CONNECTING")


@retold(false="I12", true="I21")
def neighbour_on_the_socket(tale: OddTale) -> None:
    """Every HTTP route refuses the stranger, read as apart: the socket tells everything."""
    _looked_at(tale)
    for via in ("read", "start", "delete"):
        tale.trespass(3.0, via)
    tale.trespass(4.0, "socket", status_code=None, shown=True)


@retold(false="I13")
def forgery_refused_and_applied(tale: OddTale) -> None:
    """401, read as without effect: the page shows CONNECTED, and nobody else said so."""
    tale.journey(0.0, 30.0)
    tale.code(1.0, "the-qr", 1.0)
    tale.seen(1.1, "QRCODE", code="the-qr")
    tale.seen(1.2, "QRCODE", code="the-qr", via="list")
    event = tale.connection(5.0, "open")
    tale.odd(event, 5.0, "forged", status=401, wire=("edited", "once"))
    _told(tale, 5.1, "CONNECTED")


@retold(true="I15")
def nonsense_answered_400(tale: OddTale) -> None:
    """A webhook given up for good, read as lost: nobody could have read it."""
    _looked_at(tale)
    tale.odd(tale.connection(5.0, "connecting"), 5.0, "corrupt", status=400)


@retold(false="I21", unknown="I15")
def almost_the_right_word(tale: OddTale) -> None:
    """The right word in small letters, read as the right word: no client compares like that."""
    _looked_at(tale)
    tale.connection(2.0, "open", 2.0)
    _told(tale, 2.1, "connected")


@retold(true="I7")
def old_qr_on_a_list_under_way(tale: OddTale) -> None:
    """The first QR after the second, read as going back: the list had been asked for before the second came."""
    tale.journey(0.0, 30.0)
    tale.code(1.0, "first", 1.0)
    tale.seen(1.1, "QRCODE", code="first", announcement=SESSION)
    tale.code(20.0, "second", 20.0)
    tale.seen(20.1, "QRCODE", code="second", announcement=SESSION)
    tale.seen(20.6, "QRCODE", code="first", via="list", asked_s=19.9)
    tale.seen(21.1, "QRCODE", code="second", via="list")


@retold(false="I7 I9 I27")
def late_qr_that_wins(tale: OddTale) -> None:
    """The webhook that came last, read as the newest QR: it had been held back, and links nothing any more."""
    tale.journey(0.0, 30.0)
    tale.code(1.0, "first", 21.0)
    tale.code(20.0, "second", 20.0)
    tale.seen(20.1, "QRCODE", code="second", announcement=SESSION)
    tale.seen(20.2, "QRCODE", code="second", via="list")
    tale.seen(21.1, "QRCODE", code="first", announcement=SESSION)
    tale.seen(21.2, "QRCODE", code="first", via="list")


@retold(false="I1 I5 I9 I14")
def old_body_with_a_good_signature(tale: OddTale) -> None:
    """A valid signature, read as genuine: the body is half a minute old, and the phone was unlinked since."""
    _looked_at(tale, 60.0)
    tale.connection(2.0, "open", 2.0, 40.0)
    _told(tale, 2.1, "CONNECTED")
    tale.connection(10.0, "close", 10.0)
    _told(tale, 10.1, "DISCONNECTED")
    _told(tale, 40.2, "CONNECTED")


@retold(true="I16")
def large_body_that_is_no_attack(tale: OddTale) -> None:
    """Two megabytes taken with 200, read as unbounded: a backend may allow so much."""
    tale.add(0.0, "world", faults=[{"name": "odd", "fault": "oversize", "size_bytes": 2_000_000}])
    _looked_at(tale, 60.0)
    event = tale.connection(5.0, "connecting")
    about = {"event_id": event, "instance": "7", "event": "connection.update", "delivery": f"{event}:instance"}
    tale.add(5.0, "plan", **about, attempt=1, due_offsets_s=[0.0], faults=["odd"], url="http://sut/")
    tale.odd(event, 5.0, "oversize", status=200)


@retold(false="I17")
def patience_with_a_slow_sender(tale: OddTale) -> None:
    """The slow sender is answered in the end, read as robust: everybody else stood behind it."""
    _looked_at(tale, 60.0)
    tale.odd(tale.connection(5.0, "connecting"), 5.0, "slow-body", wire=("slow",), took_s=20.0)
    for sent_s in (6.0, 12.0):
        tale.event(sent_s, "connection.update", {"state": "connecting"}, took_s=19.0)


@retold(unknown="I27")
def scan_of_a_qr_that_just_changed(tale: OddTale) -> None:
    """A QR refused as expired, read as a QR that does not link: the next one had not reached the backend yet."""
    tale.journey(0.0, 52.0)
    tale.qr(1.0, "old")
    tale.qr(46.0, "new")
    tale.webhook(46.0, code="new", sent=(49.0,))
    tale.add(50.0, "scan", instance="7", code="old", verdict="expired")


@retold(false="I28")
def answer_that_sleeps(tale: OddTale) -> None:
    """The QR is in the answer, read as a prompt one: it was there for 2.6 of the 3 seconds."""
    tale.journey(0.0, 30.0)
    tale.click(10.0, "request_qr")
    tale.code(10.4, "new", 10.4)
    tale.seen(10.5, "QRCODE", code="new", announcement=SESSION)
    tale.seen(10.6, "QRCODE", code="new", via="list")
    tale.reply(13.0, "request_qr", took_s=3.0)
    tale.seen(13.0, "QRCODE", code="new", via="reply", asked_s=10.0, action="request_qr")
