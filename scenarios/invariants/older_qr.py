"""I7: QR n after QR n+1: the older is never shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.happened import Qr
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via

# A list that was asked for so shortly after may have been read before; a socket may lag behind a list so much.
POLL_GRACE_S = 0.5
SOCKET_GRACE_S = 2.0


@dataclass(slots=True)
class _Newest:
    """The newest QR that a channel has shown, and where it first did."""

    qr: Qr
    first: Sighting
    on_socket: bool = False


@invariant("I7", gap=Gap.IDEMPOTENCY, title="an older QR is never shown after a newer one")
def older_qr(history: History) -> Iterator[Judgement]:
    """Judge every QR that a channel shows after another QR."""
    for channel in history.channels:
        newest: _Newest | None = None
        for seen in history.sightings_of[channel]:
            qr = history.qrs.get(seen.code or "")
            if qr is None:
                continue
            if newest is None or qr.seq > newest.qr.seq:
                if newest is not None:
                    yield Judgement(holds=True, subject=f"channel {channel}", t=seen.at_s)
                newest = _Newest(qr, seen)
            elif qr.seq < newest.qr.seq and not _may_be_late(seen, newest):
                yield _broken(seen, qr, newest)
            if qr.seq == newest.qr.seq and seen.via == Via.SOCKET:
                newest.on_socket = True


def _may_be_late(seen: Sighting, newest: _Newest) -> bool:
    """Whether this look can be older than the newest one although it arrived after it."""
    if seen.via == Via.SOCKET:
        return not newest.on_socket and seen.at_s < newest.first.at_s + SOCKET_GRACE_S
    return seen.as_of_s < newest.first.at_s + POLL_GRACE_S


def _broken(seen: Sighting, qr: Qr, newest: _Newest) -> Judgement:
    late_s = seen.at_s - newest.first.at_s
    return Judgement(
        holds=False,
        subject=f"channel {seen.channel}",
        t=seen.at_s,
        size=late_s,
        witness=(qr.seq, newest.qr.seq, newest.first.seq, seen.seq),
        sentence=(
            f"{Gap.IDEMPOTENCY}: channel {seen.channel} showed an older QR again ({seen.via}) {late_s:.2f} s after "
            f"it had shown the newer one; expected the newest QR to stay; look where a QR webhook is applied "
            f"without comparing its age"
        ),
    )
