"""I6: a QR that comes after `open`: no QR is shown, and the channel stays CONNECTED."""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.causes import LAG_S, WATCHED_S_MIN, causes_of
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.observing import surely_after
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via
from scenarios.status import ChannelStatus

# So long after the late QR the channel is looked at.
SETTLE_S = 3.0
_LINKED = "open"
_POLLED = frozenset({Via.LIST, Via.READ})


@dataclass(frozen=True, slots=True)
class _Late:
    """A QR that the backend took after it had taken a newer `open`."""

    channel: str
    qr: Event
    opened: Event
    taken: Attempt
    attempt: Attempt
    until_s: float


@invariant("I6", gap=Gap.IDEMPOTENCY, title="a QR after `open` is not shown, and the channel stays CONNECTED")
def qr_after_open(history: History) -> Iterator[Judgement]:
    """Judge every QR that arrived after a newer `open`, and every QR that a connected channel shows."""
    for late in _late_qrs(history):
        yield from _judge(history, late)
    for channel in history.channels:
        for seen in history.sightings_of[channel]:
            shows_one = seen.code is not None or seen.qr_error is not None
            if shows_one and seen.status == ChannelStatus.CONNECTED and seen.via in _POLLED:
                yield _broken(channel, seen, "a QR although it is CONNECTED", seen.seq)


def _late_qrs(history: History) -> Iterator[_Late]:
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        opened = [event for event in events if event.state == _LINKED]
        if channel is None or not opened:
            continue
        for qr in (event for event in events if event.code is not None):
            for attempt in history.received(qr):
                newer = _newer_open(history, opened, qr, attempt)
                if newer is not None and history.phase_at(instance, attempt.sent_s) == _LINKED:
                    until_s = _until_s(history, channel, qr, attempt)
                    yield _Late(channel, qr, newer[0], newer[1], attempt, until_s)


def _newer_open(history: History, opened: list[Event], qr: Event, attempt: Attempt) -> tuple[Event, Attempt] | None:
    """The newest `open` that is newer than the QR and was taken before this attempt."""
    for event in reversed(opened):
        taken = history.taken(event)
        if event.seq > qr.seq and taken and taken[0].ended_s <= attempt.sent_s:
            return event, taken[0]
    return None


def _until_s(history: History, channel: str, qr: Event, attempt: Attempt) -> float:
    """Until when nothing else can have brought a QR or taken the connection away."""
    own = {one.seq for one in history.attempts_for.get(qr.event_id, ())}
    others = (one.t for one in causes_of(history, channel) if one.t > attempt.sent_s and one.seq not in own)
    settled_s = attempt.ended_s + SETTLE_S
    return min(*others, settled_s, settled_s, history.watched_until_s(channel))


def _judge(history: History, late: _Late) -> Iterator[Judgement]:
    connected: Sighting | None = None
    for seen in history.sightings_of.get(late.channel, ()):
        if seen.at_s > late.until_s:
            break
        if seen.status == ChannelStatus.CONNECTED and seen.as_of_s >= late.opened.t:
            connected = connected or seen
        elif connected is not None and _is_back(seen, connected, late):
            what = f"{seen.status} {'with' if seen.code else 'without'} a QR again after it was CONNECTED"
            yield _broken(late.channel, seen, what, *_witness(late), connected.seq, seen.seq)
            return
        elif connected is None and seen.code == late.qr.code and seen.as_of_s >= late.attempt.sent_s + LAG_S:
            yield _broken(late.channel, seen, "a QR and never CONNECTED", *_witness(late), seen.seq)
            return
    if connected is not None and late.until_s - late.attempt.ended_s >= WATCHED_S_MIN:
        yield Judgement(holds=True, subject=f"channel {late.channel}", t=late.attempt.ended_s)


def _is_back(seen: Sighting, connected: Sighting, late: _Late) -> bool:
    shows_qr = seen.status == ChannelStatus.QRCODE or seen.code == late.qr.code
    return shows_qr and seen.fresh_since(late.attempt.sent_s) and surely_after(seen, connected)


def _witness(late: _Late) -> tuple[int, ...]:
    return (late.qr.seq, late.opened.seq, late.taken.seq, late.attempt.seq)


def _broken(channel: str, seen: Sighting, what: str, *witness: int) -> Judgement:
    return Judgement(
        holds=False,
        subject=f"channel {channel}",
        t=seen.at_s,
        witness=witness,
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {channel} showed ({seen.via}) {what}; expected no QR once `open` was taken, "
            f"and CONNECTED to stay; look where a QR webhook is stored without asking for the status, and whether "
            f"`open` clears the QR"
        ),
    )
