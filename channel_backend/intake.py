"""What one reported event does to a channel: pure decisions, no I/O.

Evolution posts events concurrently, repeats them for twenty minutes, and marks them with nothing but its own wall
clock (`date_time`, local time with a false Z, sometimes skewed). Two things bring order into that:

1. our webhook carries the session number in a header of ours, so an event of an older session is known at sight;
2. inside a session `date_time` orders events, but it is never trusted where it would take something away from the
   owner or contradicts what we know. Then the decision is `Ask`: look at Evolution itself, and `settle` by its answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from channel_backend.events import Event, Owner, QrReported, Seen, StateReported
from channel_backend.standing import Standing, closed, connected, failed, linking, showing
from channel_backend.status import ChannelStatus, from_evolution, is_known

QR_LIMIT_REASON = "No phone scanned a QR code in time, so WhatsApp stopped offering new ones. Start again to get one."
QR_EXPIRED_REASON = "The QR code expired before a phone scanned it. Start again to get a new one."


class Order(StrEnum):
    """Where an event stands against the newest one applied, by Evolution's clock."""

    NEWER = "newer"
    OLDER = "older"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Ignore:
    """The event changes nothing."""

    why: str


@dataclass(frozen=True, slots=True)
class Apply:
    """The channel stands like this now (perhaps with no difference a client could see)."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class Ask:
    """The event alone does not decide: ask Evolution, then `settle`; with `qr`, for the current QR code too."""

    why: str
    qr: bool = False


Decision = Ignore | Apply | Ask


def decide(standing: Standing, event: Event) -> Decision:
    """What to do about this event, on a channel that stands so."""
    if event.session is not None and event.session != standing.session:
        return Ignore(f"event of session {event.session}, the channel is at {standing.session}")
    if not standing.live:
        return Ignore("no session was asked for")
    order = order_of(standing, event)
    if isinstance(event, QrReported):
        return _qr(standing, event, order)
    if not is_known(event.word):
        return _unknown(standing, event)
    return _STATES[event.status](standing, event, order)


def order_of(standing: Standing, event: Event) -> Order:
    """Whether the event is newer than what was applied; DOUBT whenever the clocks cannot tell."""
    if event.at is None or (standing.clock is None and event.session is None):
        return Order.DOUBT
    if standing.qr is not None and standing.qr.at is None:
        # The code on show came with an API answer, which has no time to compare with.
        return Order.DOUBT
    if standing.clock is None or event.at > standing.clock:
        return Order.NEWER
    return Order.OLDER if event.at < standing.clock else Order.DOUBT


def settle(standing: Standing, event: Event | None, seen: Seen) -> Standing:
    """How the channel stands, given what Evolution itself answered; `event` is what made us ask, if anything."""
    status = from_evolution(seen.word)
    if not standing.live:
        return standing
    if status is ChannelStatus.CONNECTED:
        after = connected(standing, _owner_of(event) or seen.owner)
    elif status is ChannelStatus.CONNECTING:
        after = _settle_connecting(standing, event, seen)
    elif status is ChannelStatus.DISCONNECTED:
        after = _settle_closed(standing, event)
    else:
        after = _stranger(standing, seen.word)
    agreed = isinstance(event, StateReported) and event.status is after.status
    return _noted(after, event.at) if event is not None and agreed else after


def believe(standing: Standing, event: Event) -> Standing | None:
    """What a newer event says, taken at its word because Evolution cannot be asked; None when it must come again."""
    if order_of(standing, event) is not Order.NEWER:
        return None
    if isinstance(event, QrReported):
        return standing
    if not is_known(event.word):
        return _stranger(standing, event.word)
    return settle(standing, event, Seen(word=event.word if event.status is not ChannelStatus.ERROR else "close"))


def _connecting(standing: Standing, event: StateReported, order: Order) -> Decision:
    if standing.status is ChannelStatus.CONNECTED and order is not Order.OLDER:
        return Ask("a connected session seems to reconnect")
    if standing.status is ChannelStatus.QRCODE and order is Order.NEWER:
        return _apply(linking(standing), event.at)
    if standing.status is ChannelStatus.CONNECTING and order is Order.NEWER:
        return _apply(standing, event.at)
    return Ignore(f"connecting is no news in {standing.status}")


def _open(standing: Standing, event: StateReported, order: Order) -> Decision:
    if standing.status is ChannelStatus.CONNECTED:
        if order is Order.NEWER or standing.owner is None:
            return _apply(connected(standing, event.owner), event.at)
        return Ignore("already connected")
    if standing.is_opening and order is Order.NEWER:
        return _apply(connected(standing, event.owner), event.at)
    return Ask(f"open reported while {standing.status}")


def _close(standing: Standing, event: StateReported, order: Order) -> Decision:
    if standing.is_opening and order is Order.NEWER:
        return _apply(closed(standing), event.at)
    if standing.uses_a_session:
        return Ask(f"close reported while {standing.status}")
    return Ignore(f"close is no news in {standing.status}")


def _refused(standing: Standing, event: StateReported, order: Order) -> Decision:
    if standing.is_opening and order is Order.NEWER:
        return _apply(failed(standing, QR_LIMIT_REASON), event.at)
    if standing.uses_a_session:
        return Ask(f"refused reported while {standing.status}")
    return Ignore(f"refused is no news in {standing.status}")


def _unknown(standing: Standing, event: StateReported) -> Decision:
    if standing.uses_a_session:
        return Ask(f"unknown state {event.word!r}")
    return Ignore(f"unknown state {event.word!r} while {standing.status}")


_STATES: dict[ChannelStatus, Callable[[Standing, StateReported, Order], Decision]] = {
    ChannelStatus.CONNECTING: _connecting,
    ChannelStatus.CONNECTED: _open,
    ChannelStatus.DISCONNECTED: _close,
    ChannelStatus.ERROR: _refused,
}


def _qr(standing: Standing, event: QrReported, order: Order) -> Decision:
    if standing.status is ChannelStatus.CONNECTED:
        return Ignore("a QR code from before the scan") if order is Order.OLDER else Ask("QR while CONNECTED")
    if standing.status is ChannelStatus.DISCONNECTED:
        return Ignore("nobody asked for a QR code")
    if standing.qr is not None and standing.qr.code == event.qr.code:
        return _same_qr(standing, event)
    return _other_qr(standing, event, order)


def _other_qr(standing: Standing, event: QrReported, order: Order) -> Decision:
    if order is Order.NEWER:
        return _apply(showing(standing, event.qr), event.at)
    if standing.status is ChannelStatus.QRCODE or standing.last_code is None:
        return Ask("a QR code of doubtful age", qr=True)
    return Ignore("an older QR code")


def _same_qr(standing: Standing, event: QrReported) -> Decision:
    """The code on show, once more: nothing to see, but its time may have been unknown until now."""
    assert standing.qr is not None  # noqa: S101  the caller compared its code
    if standing.qr.at is not None or event.at is None:
        return Ignore("this QR code is on show")
    return _apply(replace(standing, qr=replace(standing.qr, at=event.at)), event.at)


def _settle_connecting(standing: Standing, event: Event | None, seen: Seen) -> Standing:
    """Evolution says `connecting` while it waits for a scan and while it links; the QR code tells them apart."""
    if standing.status is ChannelStatus.CONNECTED:
        return showing(standing, event.qr) if isinstance(event, QrReported) else linking(standing)
    may_show = standing.is_opening or standing.status is ChannelStatus.ERROR
    if seen.qr is not None and may_show and not standing.linked and seen.qr.code != standing.last_code:
        return showing(standing, seen.qr)
    return standing


def _settle_closed(standing: Standing, event: Event | None) -> Standing:
    """Closed, or unknown to Evolution. A session not yet linked may still be on its way; patience ends elsewhere."""
    if not standing.uses_a_session:
        return standing
    reported = event.status if isinstance(event, StateReported) else None
    if reported is ChannelStatus.ERROR:
        return failed(standing, QR_LIMIT_REASON)
    if standing.linked or reported is ChannelStatus.DISCONNECTED:
        return closed(standing)
    return standing


def _stranger(standing: Standing, word: str) -> Standing:
    if not standing.uses_a_session:
        return standing
    return failed(standing, f"Evolution reports a state this version does not know: {word[:40]!r}.")


def _apply(standing: Standing, at: datetime | None) -> Apply:
    return Apply(_noted(standing, at))


def _noted(standing: Standing, at: datetime | None) -> Standing:
    if at is None or (standing.clock is not None and standing.clock >= at):
        return standing
    return replace(standing, clock=at)


def _owner_of(event: Event | None) -> Owner | None:
    return event.owner if isinstance(event, StateReported) else None
