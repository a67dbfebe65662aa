"""I27: what is shown is scannable: the QR the person sees links that very instance."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest

from scenarios.downtime import disturbed
from scenarios.happened import Qr, Scan
from scenarios.history import History
from scenarios.observing import slowest_ack_s
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via
from scenarios.status import ChannelStatus

# From the moment the backend knows better: its own time, a page's half second, and a person's reaction.
STALE_GRACE_S = 3.0
# So long a page may show QRCODE without a QR: the announcement comes first, the client asks then.
EMPTY_GRACE_S = 3.0


@invariant("I27", gap=Gap.QR_BY_SLEEP, title="what is shown is scannable, and links that very instance")
def scannable(history: History) -> Iterator[Judgement]:
    """Judge every QR image shown, every scan of it, and every QRCODE without an image."""
    shown: dict[str, list[Sighting]] = defaultdict(list)
    for channel in history.channels:
        for seen in history.sightings_of[channel]:
            if seen.qr_error is not None or seen.code is not None:
                shown[seen.code or ""].append(seen)
                yield from _judge_image(history, seen)
        yield from _judge_empty(history, channel)
        yield from _judge_kept(history, channel)
    for scan in history.scans:
        before = [seen for seen in shown[scan.code] if seen.at_s <= scan.t]
        if before:
            yield from _judge_scan(history, scan, before[-1])


def _judge_image(history: History, seen: Sighting) -> Iterator[Judgement]:
    qr = history.qrs.get(seen.code or "")
    if seen.qr_error is not None:
        yield _broken(seen, f"an image that no phone can read ({seen.qr_error})", "a QR")
    elif qr is None:
        yield _broken(seen, "a QR that WhatsApp never gave", "one of its own instance")
    elif history.channel_of.get(qr.instance) != seen.channel:
        whose = f"the QR of instance '{qr.instance}', which channel {history.channel_of.get(qr.instance)} showed"
        yield _broken(seen, whose, "one of its own instance", qr.seq)


def _judge_scan(history: History, scan: Scan, shown: Sighting) -> Iterator[Judgement]:
    if scan.verdict == "linked":
        yield Judgement(holds=True, subject=f"channel {shown.channel}", t=scan.t)
        return
    qr = history.qrs.get(scan.code)
    better_s = None if qr is None else _knew_better_s(history, qr)
    if better_s is not None and scan.t > better_s + STALE_GRACE_S:
        late_s = scan.t - better_s
        what = f"a QR that a phone refused as {scan.verdict} {late_s:.1f} s after the backend could know"
        yield _broken(shown, what, "only the current QR", scan.seq, size=late_s)


def _knew_better_s(history: History, qr: Qr) -> float | None:
    """When the backend took a webhook which says that this QR is over; None while it could not know."""
    for event in history.events_of.get(qr.instance, ()):
        over = (event.code is not None and event.code != qr.code) or event.state in {
            "open",
            "close",
            "refused",
        }
        if event.t > qr.t and over:
            taken = history.taken(event)
            if taken:
                return min(attempt.ended_s for attempt in taken)
    return None


def _judge_empty(history: History, channel: str) -> Iterator[Judgement]:
    """A page that says QRCODE and keeps showing none although the backend has one to show."""
    polled = [seen for seen in history.sightings_of[channel] if seen.via == Via.LIST]
    watched_until_s = history.watched_until_s(channel)
    for seen, following in zip_longest(polled, polled[1:]):
        end_s = watched_until_s if following is None else following.at_s
        empty = seen.status == ChannelStatus.QRCODE and seen.code is None and seen.qr_error is None
        if empty and end_s - seen.at_s > EMPTY_GRACE_S:
            yield _broken(seen, f"QRCODE without any QR for {end_s - seen.at_s:.1f} s", "the QR to scan")


def _judge_kept(history: History, channel: str) -> Iterator[Judgement]:
    """A page that goes on showing a QR although the backend could know that nobody can scan it any more."""
    polled = [seen for seen in history.sightings_of[channel] if seen.via == Via.LIST]
    watched_until_s = history.watched_until_s(channel)
    for seen, following in zip_longest(polled, polled[1:]):
        qr = history.qrs.get(seen.code or "")
        better_s = None if qr is None else _knew_better_s(history, qr)
        if better_s is None:
            continue
        end_s = watched_until_s if following is None else following.as_of_s
        kept_s = end_s - max(better_s, seen.at_s)
        slow_s = slowest_ack_s(history, from_s=better_s, to_s=end_s)
        if disturbed(history, better_s, end_s):
            # A backend that is away, or whose database is, shows nothing newer; nobody's list changes meanwhile.
            continue
        if kept_s > STALE_GRACE_S + slow_s:
            what = f"{seen.status} with a QR for {kept_s:.1f} s after the backend could know that it is over"
            yield _broken(seen, what, "no QR, or the current one", size=kept_s)


def _broken(seen: Sighting, what: str, expected: str, *witness: int, size: float = 0.0) -> Judgement:
    return Judgement(
        holds=False,
        subject=f"channel {seen.channel}",
        t=seen.at_s,
        size=size,
        witness=(*witness, seen.seq),
        sentence=(
            f"{Gap.QR_BY_SLEEP}: channel {seen.channel} showed ({seen.via}) {what}; expected {expected}; "
            f"look where the QR of a webhook or answer is stored, replaced and cleared"
        ),
    )
