"""How a channel stands: one immutable value, and the only functions that make the next one from it.

started ─▶ CONNECTING ─showing─▶ QRCODE ─linking─▶ CONNECTING ─connected─▶ CONNECTED ─closed─▶ DISCONNECTED
failed  ─▶ ERROR (with a reason)          ended ─▶ DISCONNECTED (the owner asked; the session number moves on)
"""

from dataclasses import dataclass, replace
from datetime import datetime

from channel_backend.events import Owner, Qr
from channel_backend.status import ChannelStatus, moved


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that decides what the next event means.

    `session` counts starts and ends, so that late events of an older session are recognised. `live` says that the
    owner asked for a session and has not ended it; `linked`, that this session was CONNECTED once. `clock` is the
    newest time of Evolution's own clock that was applied. `last_code` is the newest code that was ever shown in this
    session, kept after it is cleared, because a code that was cleared must not come back.
    """

    status: ChannelStatus = ChannelStatus.DISCONNECTED
    session: int = 0
    live: bool = False
    linked: bool = False
    clock: datetime | None = None
    qr: Qr | None = None
    last_code: str | None = None
    owner: Owner | None = None
    reason: str | None = None

    @property
    def is_opening(self) -> bool:
        """Whether a session is on its way: asked for, neither connected nor given up."""
        return self.status in (ChannelStatus.CONNECTING, ChannelStatus.QRCODE)

    @property
    def uses_a_session(self) -> bool:
        """Whether the channel counts against the tenant's number of open sessions."""
        return self.is_opening or self.status is ChannelStatus.CONNECTED


def started(standing: Standing) -> Standing:
    """A new session was asked for; nothing of the last one is carried over."""
    status = moved(standing.status, ChannelStatus.CONNECTING)
    return Standing(status=status, session=standing.session + 1, live=True)


def started_again(standing: Standing) -> Standing:
    """The session on its way is begun once more, under a new number; a client sees no difference."""
    return Standing(status=standing.status, session=standing.session + 1, live=True, linked=standing.linked)


def ended(standing: Standing) -> Standing:
    """The owner ended the session; the number moves on, so that what is still on the way finds nobody."""
    status = moved(standing.status, ChannelStatus.DISCONNECTED)
    return Standing(status=status, session=standing.session + 1)


def showing(standing: Standing, qr: Qr) -> Standing:
    """This QR code is the one to scan."""
    status = moved(standing.status, ChannelStatus.QRCODE)
    return replace(standing, status=status, qr=qr, last_code=qr.code, owner=None, linked=False, reason=None)


def linking(standing: Standing) -> Standing:
    """Evolution opened another socket: after a scan, or to come back; a QR code of the last socket links nothing."""
    return replace(standing, status=moved(standing.status, ChannelStatus.CONNECTING), qr=None, reason=None)


def connected(standing: Standing, owner: Owner | None) -> Standing:
    """The session is open; what is known of the phone is kept when nothing newer is told."""
    status = moved(standing.status, ChannelStatus.CONNECTED)
    kept = owner if owner is not None else standing.owner
    return replace(standing, status=status, linked=True, qr=None, owner=kept, reason=None)


def closed(standing: Standing) -> Standing:
    """The session is over, and not by our doing: unlinked on the phone, refused by WhatsApp, removed in Evolution."""
    status = moved(standing.status, ChannelStatus.DISCONNECTED)
    return replace(standing, status=status, qr=None, owner=None, reason=None)


def failed(standing: Standing, reason: str) -> Standing:
    """The session could not be opened or kept; the reason is for the channel's owner."""
    return replace(standing, status=moved(standing.status, ChannelStatus.ERROR), qr=None, reason=reason)


def looks_different(old: Standing, new: Standing) -> bool:
    """Whether a client could see the difference; only then is there something to announce."""
    return _face(old) != _face(new)


def _face(standing: Standing) -> tuple[object, ...]:
    image = standing.qr.image if standing.qr else None
    return standing.status, image, standing.owner, standing.reason
