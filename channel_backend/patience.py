"""How long a session on its way may take, and what becomes of it then: pure, times are handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from channel_backend.events import Seen
from channel_backend.intake import QR_EXPIRED_REASON, settle
from channel_backend.standing import Standing, failed, looks_different
from channel_backend.status import ChannelStatus, from_evolution

NO_QR_REASON = "WhatsApp sent no QR code in time. Start again; if it keeps happening, tell the administrator."
NOT_LINKED_REASON = "The phone scanned the code but the connection was not confirmed in time. Start again."
NOT_BACK_REASON = "The connection to WhatsApp was lost and did not come back in time. Start again."
UNREACHABLE_REASON = "The WhatsApp server (Evolution) cannot be reached. Try again in a moment."

# The longest time between two looks at a session that is over.
RECHECK_MAX = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits, in seconds: time to a QR code, and how often to look at what stays silent.

    `recheck_s` is for what has arrived: within this time a logout is found whose event was lost.
    """

    start_s: float
    check_s: float
    qr_check_s: float
    qr_silence_s: float
    recheck_s: float


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When to look at Evolution again, and when to give up; None: there is nothing to wait for."""

    check_at: datetime | None = None
    give_up_at: datetime | None = None


def deadlines(old: Standing, new: Standing, now: datetime, patience: Patience, kept: Deadlines) -> Deadlines:
    """The deadlines after a move from `old` to `new`; unchanged while the same thing is waited for."""
    if not new.is_opening:
        return _arrived(old, new, now, patience, kept)
    if new.status is ChannelStatus.QRCODE:
        if old.status is new.status and old.qr == new.qr:
            return kept
        return _from(now, patience.qr_check_s, patience.qr_silence_s)
    if old.status is new.status and old.session == new.session:
        return kept
    return _from(now, patience.check_s, patience.start_s)


def _arrived(old: Standing, new: Standing, now: datetime, patience: Patience, kept: Deadlines) -> Deadlines:
    """Connected, or over and not by our doing: looked at now and then. Ended by the owner: there is nothing to see."""
    if not new.live:
        return Deadlines()
    if old.status is new.status and old.session == new.session:
        return kept
    return Deadlines(now + timedelta(seconds=patience.recheck_s))


def next_look(standing: Standing, since: datetime, now: datetime, patience: Patience) -> datetime | None:
    """When to look again at a channel that is looked at now; `since` is when a client last saw it change.

    What is over is looked at less and less often: it can only come back if Evolution was wrong about it.
    """
    if standing.is_opening:
        return now + timedelta(seconds=patience.check_s)
    if not standing.live:
        return None
    recheck = timedelta(seconds=patience.recheck_s)
    if standing.status is ChannelStatus.CONNECTED:
        return now + recheck
    return now + min(max(recheck, now - since), max(recheck, RECHECK_MAX))


def checked_again(standing: Standing, now: datetime, patience: Patience, kept: Deadlines) -> Deadlines:
    """The deadlines after Evolution confirmed what we knew: a QR code is good for another round of silence."""
    if standing.status is ChannelStatus.QRCODE:
        return _from(now, patience.qr_check_s, patience.qr_silence_s)
    return look_again(now, patience, kept)


def look_again(now: datetime, patience: Patience, kept: Deadlines) -> Deadlines:
    """The next look comes soon; how long we wait in all does not change."""
    return Deadlines(now + timedelta(seconds=patience.check_s), kept.give_up_at)


def overdue(standing: Standing, seen: Seen | None, *, given_up: bool) -> Standing:
    """How a channel that stayed silent stands after a look at Evolution (`seen` None: it could not be asked)."""
    after = standing if seen is None else settle(standing, None, seen)
    if looks_different(standing, after) or not standing.is_opening:
        return after
    if seen is None:
        return failed(standing, UNREACHABLE_REASON) if given_up else standing
    if standing.status is ChannelStatus.QRCODE:
        expired = from_evolution(seen.word) is ChannelStatus.DISCONNECTED
        return failed(standing, QR_EXPIRED_REASON) if expired else standing
    return failed(standing, _why_so_long(standing)) if given_up else standing


def _why_so_long(standing: Standing) -> str:
    if standing.linked:
        return NOT_BACK_REASON
    return NO_QR_REASON if standing.last_code is None else NOT_LINKED_REASON


def _from(now: datetime, check_s: float, give_up_s: float) -> Deadlines:
    return Deadlines(now + timedelta(seconds=check_s), now + timedelta(seconds=give_up_s))
