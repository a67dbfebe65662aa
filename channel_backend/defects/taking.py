"""What the defects about order and repetition have in common: events taken at their word."""

import secrets
from dataclasses import replace

from channel_backend.events import Event, QrReported
from channel_backend.intake import QR_LIMIT_REASON, Apply
from channel_backend.standing import Standing
from channel_backend.status import ChannelStatus


def at_its_word(standing: Standing, event: Event) -> Apply:
    """Whatever the event says is how things are, however they were."""
    clock = max(filter(None, (standing.clock, event.at)), default=None)
    return Apply(replace(_said(standing, event), clock=clock))


def is_of_this_session(standing: Standing, event: Event) -> bool:
    """Whether the session is wanted and the event was sent for it."""
    return standing.live and event.session in (None, standing.session)


def always_new(_body: bytes, _session: int | None, _name: str) -> str:
    """No two webhooks are the same."""
    return secrets.token_hex(32)


def _said(standing: Standing, event: Event) -> Standing:
    if isinstance(event, QrReported):
        status = ChannelStatus.QRCODE
        return replace(standing, status=status, qr=event.qr, last_code=event.qr.code, owner=None, reason=None)
    if event.status is ChannelStatus.CONNECTED:
        owner = event.owner or standing.owner
        return replace(standing, status=event.status, live=True, linked=True, qr=None, owner=owner, reason=None)
    reason = QR_LIMIT_REASON if event.status is ChannelStatus.ERROR else None
    return replace(standing, status=event.status, qr=None, reason=reason)
