"""Histories of bursts, restarts, outages, echoes, usage, calls, orphans, sockets and metrics, easily misread."""

from scenarios.tests.odd_tale import OddTale
from scenarios.tests.retold import retold

MINE = {"message_id": "M1", "from_me": True, "text": "hi"}
EXPOSED = """# TYPE channel_connect_attempts_total counter
channel_connect_attempts_total{{tenant="1",outcome="connected"}} {connected}
# TYPE channel_time_to_qr_seconds histogram
channel_time_to_qr_seconds_bucket{{tenant="1",le="2.0"}} {waits}
channel_time_to_qr_seconds_bucket{{tenant="1",le="+Inf"}} {waits}
channel_time_to_qr_seconds_count{{tenant="1"}} {waits}
channel_time_to_qr_seconds_sum{{tenant="1"}} 1.0
"""


def _waiting(tale: OddTale, until_s: float = 60.0) -> None:
    """The channel shows a QR that is to be scanned."""
    tale.journey(0.0, until_s)
    tale.code(0.5, "the-qr", 0.5)
    for via in ("socket", "list"):
        tale.seen(1.0, "QRCODE", code="the-qr", via=via)


def _connected(tale: OddTale, until_s: float = 60.0) -> None:
    """The channel is connected, and everybody says so."""
    tale.journey(0.0, until_s)
    tale.state(0.5, "open")
    for via in ("socket", "list"):
        tale.seen(1.0, "CONNECTED", via=via)


@retold(unknown="I18")
def burst_while_the_database_was_slow(tale: OddTale) -> None:
    """Slow answers, read as a slow backend: its database had been slowed down on purpose."""
    tale.outage("link", 0.5, 3.0, how="latency", detail="backend-to-database: 0.5 s longer")
    for number in range(40):
        tale.event(1.0 + number * 0.01, "connection.update", {"state": "connecting"}, took_s=0.9)


@retold(false="I18")
def burst_with_a_slow_tail(tale: OddTale) -> None:
    """Read by its median it is fast; two of a hundred webhooks waited for three seconds."""
    for number in range(100):
        took_s = 3.0 if number in {30, 60} else 0.02
        tale.event(1.0 + number * 0.01, "connection.update", {"state": "connecting"}, took_s=took_s)


@retold(true="I18")
def burst_with_one_slow_webhook(tale: OddTale) -> None:
    """Read by its maximum it is slow; the slowest of forty says nothing of the slowest per cent."""
    for number in range(40):
        took_s = 3.0 if number == 20 else 0.02
        tale.event(1.0 + number * 0.01, "connection.update", {"state": "connecting"}, took_s=took_s)


@retold(unknown="I19", true="I33")
def restart_after_the_effect(tale: OddTale) -> None:
    """Acknowledged before the restart and shown after it; but it had been shown before, so nothing was at stake."""
    _waiting(tale)
    tale.state(5.0, "open")
    tale.connection(5.0, "open", 5.0)
    tale.seen(5.05, "CONNECTED")
    tale.seen(5.06, "CONNECTED", via="list")
    tale.outage("backend", 6.0, 8.0)
    tale.reply(9.0, "list")


@retold(false="I19", true="I33")
def restart_that_lost_a_message_alone(tale: OddTale) -> None:
    """Every status is right after the restart; a message that had been acknowledged is nowhere."""
    _connected(tale)
    tale.message(5.0, "M1")
    tale.outage("backend", 5.1, 7.0)
    tale.reply(8.0, "list")
    tale.read(30.0, {"message_id": "M0", "text": "older"})


@retold(true="I20")
def outage_answered_202(tale: OddTale) -> None:
    """A 2xx while the database was away, read as lost: it was kept elsewhere, and took effect when all was back."""
    _waiting(tale)
    tale.outage("database", 4.0, 8.0)
    tale.state(5.0, "open")
    tale.event(5.0, "connection.update", {"state": "open"}, sent=[(5.0, 202)])
    tale.seen(9.0, "CONNECTED")
    tale.seen(9.1, "CONNECTED", via="list")


@retold(false="I10 I20")
def outage_answered_404(tale: OddTale) -> None:
    """A 4xx read as a refusal that brings the webhook again: Evolution gives it up for good."""
    _waiting(tale)
    tale.outage("database", 4.0, 8.0)
    tale.state(5.0, "open")
    tale.event(5.0, "connection.update", {"state": "open"}, sent=[(5.0, 404)])
    tale.seen(30.0, "CONNECTED")
    tale.seen(30.1, "CONNECTED", via="list")


@retold(true="I20")
def outage_answered_429(tale: OddTale) -> None:
    """A 4xx read as final: 429 comes again."""
    _waiting(tale)
    tale.outage("redis", 4.0, 8.0)
    tale.state(5.0, "open")
    tale.event(5.0, "connection.update", {"state": "open"}, sent=[(5.0, 429), (10.0, 200)])
    tale.seen(10.1, "CONNECTED")
    tale.seen(10.2, "CONNECTED", via="list")


@retold(true="I22")
def receipt_on_another_scale(tale: OddTale) -> None:
    """READ shown as 3, read as DELIVERED: this backend counts from 0."""
    _connected(tale)
    tale.ack(2.0, "M1", "READ")
    tale.message(1.5, "M1", own=True, text="hi", sent=[(3.0, 200)])
    tale.read(20.0, {**MINE, "ack": 3})


@retold(false="I22")
def receipt_that_overtook_its_message(tale: OddTale) -> None:
    """The receipt was acknowledged with 200, read as done: there was no message yet, and it was thrown away."""
    _connected(tale)
    tale.ack(2.0, "M1", "READ")
    tale.message(1.5, "M1", own=True, text="hi", sent=[(3.0, 200)])
    tale.read(20.0, {**MINE, "ack": 1})


@retold(false="I10 I23 I27")
def time_from_the_future(tale: OddTale) -> None:
    """A webhook is thrown away as old, rightly by its time; but the one before it came from a clock an hour ahead."""
    tale.journey(0.0, 30.0)
    first = tale.code(1.0, "code-1", 1.0)
    tale.seen(1.2, "QRCODE", code="code-1")
    tale.seen(1.3, "QRCODE", code="code-1", via="list")
    tale.state(3.0, "open")
    tale.event(3.0, "connection.update", {"state": "open"}, sent=[(3.0, 200)])
    tale.fault(first, "clock-skew")
    tale.click(8.5, "disconnect")


@retold(true="I4 I24")
def same_answer_to_two_questions(tale: OddTale) -> None:
    """Two own messages with one text, read as an echo stored twice: they have ids of their own."""
    _connected(tale)
    for at_s, wanted in ((2.0, "M1"), (4.0, "M2")):
        tale.message(at_s, wanted, own=True, text="hi", event="send.message")
    tale.read(20.0, MINE, {**MINE, "message_id": "M2"})


@retold(false="I24")
def echo_without_an_id(tale: OddTale) -> None:
    """Each id stands there once, read as one message: the copy that was stored at sending has none."""
    _connected(tale)
    tale.message(2.0, "M1", own=True, text="hi", event="send.message")
    tale.read(20.0, MINE, {**MINE, "message_id": None})


@retold(true="I25")
def usage_that_follows_the_rows(tale: OddTale) -> None:
    """Evolution has the instance open, read as a session in use: `open` was lost, and page and usage agree on none."""
    _waiting(tale, 30.0)
    tale.state(5.0, "open")
    tale.connection(5.0, "open")
    tale.usage(20.0, 0)


@retold(false="I25")
def usage_that_only_grows(tale: OddTale) -> None:
    """Connected once, in use ever since: the channel was disconnected twelve seconds ago."""
    _connected(tale)
    tale.click(5.0, "disconnect")
    tale.reply(5.2, "disconnect")
    tale.state(5.1, "closed")
    for via in ("socket", "list"):
        tale.seen(5.3, "DISCONNECTED", via=via)
    tale.usage(17.0, 1)


@retold(unknown="I26")
def suffix_of_a_deleted_channel(tale: OddTale) -> None:
    """A 404 at an address with the event's name, read as a missing route: the channel had just been deleted."""
    _connected(tale, 30.0)
    tale.click(5.0, "delete")
    tale.state(5.2, "removed")
    event_id = tale.event(4.9, "connection.update", {"state": "close"}, sent=[(5.3, 404)])
    plan = {"event_id": event_id, "delivery": f"{event_id}:instance", "instance": "7", "event": "connection.update"}
    tale.add(4.9, "plan", **plan, attempt=1, url="http://b/hook/connection-update", due_offsets_s=[0.4], faults=[])


@retold(unknown="I29")
def calls_that_nobody_judged(tale: OddTale) -> None:
    """Calls without a word of the contract, read as calls without a fault."""
    tale.add(1.0, "call", call=1, method="GET", path="/instance/qrcode/7", instance="7", query={}, body=None)


@retold(false="I29")
def call_that_was_answered_all_the_same(tale: OddTale) -> None:
    """Answered 200, read as right: Evolution ignores what this body asks for."""
    about = {"call": 1, "method": "POST", "path": "/webhook/set/7", "instance": "7"}
    tale.add(1.0, "call", **about, query={}, body={}, violations=["body 'enabled' is a required property"])
    tale.add(1.1, "answer", **about, status=200, body={}, duration_s=0.1)


@retold(unknown="I30")
def disconnect_that_was_refused(tale: OddTale) -> None:
    """The instance lives on after a disconnect, read as an orphan: the backend had answered 502, nothing changed."""
    _connected(tale)
    tale.click(5.0, "disconnect")
    tale.reply(5.2, "disconnect", status_code=502)


@retold(false="I30")
def deleted_channel_whose_phone_stays_linked(tale: OddTale) -> None:
    """The channel is gone from every list, read as deleted: its instance is open for ever."""
    _connected(tale)
    tale.click(5.0, "delete")
    tale.reply(5.2, "delete")


@retold(true="I31")
def socket_ahead_of_the_list(tale: OddTale) -> None:
    """The list shows what the socket had told a second before, read as a change that nobody told."""
    _waiting(tale)
    tale.seen(10.0, "CONNECTED")
    tale.seen(11.2, "CONNECTED", via="list")


@retold(false="I31")
def socket_that_told_everything_and_ended_wrong(tale: OddTale) -> None:
    """Each status was told once, read as complete: in the wrong order, so every open page shows a QR for ever."""
    tale.journey(0.0, 60.0)
    tale.seen(1.0, "DISCONNECTED", via="list")
    tale.seen(9.5, "QRCODE", via="list")
    tale.seen(9.8, "CONNECTED", via="list")
    tale.seen(10.0, "CONNECTED")
    tale.seen(10.1, "QRCODE")


@retold(false="I32")
def metrics_of_a_perfect_backend(tale: OddTale) -> None:
    """One attempt, one connected, 100 %, read as agreement: two people were connected, the metrics know of one."""
    for channel in ("70", "71"):
        tale.journey(0.0, 20.0, channel=channel)
        tale.click(1.0, "start", channel=channel)
        tale.qr(1.5, f"code {channel}", instance=channel)
        tale.seen(2.0, "QRCODE", code=f"code {channel}", channel=channel)
        for via in ("socket", "list"):
            tale.seen(9.0, "CONNECTED", channel=channel, via=via)
    tale.metrics(30.0, EXPOSED.format(connected=1, waits=2))


@retold(unknown="I32")
def metrics_cut_off(tale: OddTale) -> None:
    """No business number in the text, read as none at all: the reading was cut off."""
    _connected(tale, 20.0)
    tale.click(0.4, "start")
    tale.metrics(30.0, '# TYPE x counter\nx_total 1\nchannel_connect_attempts_total{tenant="1",outc')


@retold(true="I33")
def restart_that_asks_the_person(tale: OddTale) -> None:
    """ERROR while the instance is open, read as never converged: the backend boots, and tells to start again."""
    _waiting(tale)
    tale.outage("backend", 5.0, 7.0)
    tale.state(6.0, "open")
    tale.reply(8.0, "list")
    for via in ("socket", "list"):
        tale.seen(9.0, "ERROR", via=via)


@retold(false="I33")
def restart_that_never_looked(tale: OddTale) -> None:
    """The backend boots and answers, read as recovered: the scan of these two seconds is never found out."""
    _waiting(tale, 39.0)
    tale.outage("backend", 5.0, 7.0)
    tale.state(6.0, "open")
    tale.reply(8.0, "list")
