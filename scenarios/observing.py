"""What invariants share when they ask what a person could see, and when the backend could know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenarios.happened import Event
from scenarios.history import History
from scenarios.sighting import Sighting, Via
from scenarios.status import ChannelStatus

STATUS_OF_STATE: Mapping[str, ChannelStatus] = {
    "connecting": ChannelStatus.CONNECTING,
    "open": ChannelStatus.CONNECTED,
    "close": ChannelStatus.DISCONNECTED,
}
# A socket announcement and an answer travel on different connections: either may be so much later.
CROSSING_S = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """A QR came into the backend's hands."""

    t: float
    code: str
    seq: int


def shows(seen: Sighting, event: Event) -> bool:
    """Whether a look shows the effect of this event."""
    if event.code is not None:
        return seen.code == event.code
    status = STATUS_OF_STATE.get(event.state or "")
    return status is not None and seen.status == status


def surely_after(later: Sighting, earlier: Sighting) -> bool:
    """Whether what `later` shows cannot be older than what `earlier` shows."""
    if later.via == Via.SOCKET:
        return earlier.via == Via.SOCKET or later.at_s >= earlier.at_s + CROSSING_S
    return later.as_of_s >= earlier.at_s


def known_qrs(history: History, channel: str, *, since_s: float) -> Iterator[Known]:
    """The QRs of the channel given since then, from the moment the backend could know each."""
    for instance in history.instances_of.get(channel, ()):
        for event in history.events_of.get(instance, ()):
            if event.code is None or event.t < since_s:
                continue
            taken = min(history.taken(event), key=lambda attempt: attempt.ended_s, default=None)
            if taken is not None:
                yield Known(taken.ended_s, event.code, taken.seq)
        for answer in history.provider_answers_of.get(instance, ()):
            qr = history.qrs.get(answer.code or "")
            if qr is not None and qr.t >= since_s:
                yield Known(answer.t, qr.code, answer.seq)


def slowest_ack_s(history: History, *, from_s: float, to_s: float) -> float:
    """How long the backend took for a webhook at that time: what a loaded machine adds to every answer."""
    return history.acks.slowest_s(from_s=from_s, to_s=to_s)


def brought_by(history: History, seen: Sighting) -> tuple[int, ...]:
    """The webhook that was taken last before a look, as records: most likely it brought what is shown."""
    last: tuple[float, tuple[int, ...]] = (float("-inf"), ())
    for instance in history.instances_of.get(seen.channel, ()):
        for event in history.events_of.get(instance, ()):
            for attempt in history.taken(event):
                if last[0] < attempt.sent_s <= seen.at_s:
                    last = (attempt.sent_s, (event.seq, attempt.seq))
    return last[1]


def look_after(history: History, channel: str | None, moment_s: float) -> tuple[int, ...]:
    """What was shown next of a channel, else what was shown last before: the record of one look, or none."""
    looks = history.sightings_of.get(channel or "", ())
    after = next((seen for seen in looks if seen.at_s >= moment_s), None)
    found = after or (looks[-1] if looks else None)
    return () if found is None else (found.seq,)
