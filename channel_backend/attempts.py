"""One attempt to connect a channel, from the click to its verdict: pure, so that every count can be proved.

An attempt is one session: it begins with the owner's click and ends CONNECTED, in ERROR or DISCONNECTED, or because
the owner ended it or began another. Evolution may come back late from what looked like the end, so a verdict that is
not `connected` only counts after a second chance; once it counts it never changes, as a counter must not go back.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from channel_backend.intake import QR_EXPIRED_REASON, QR_LIMIT_REASON
from channel_backend.patience import NO_QR_REASON
from channel_backend.standing import Standing
from channel_backend.status import ChannelStatus

SECOND_CHANCE = timedelta(seconds=10)
# Reasons for ERROR that say "there was no code in time"; every other one says that opening the session failed.
NO_QR_REASONS = frozenset({NO_QR_REASON, QR_LIMIT_REASON, QR_EXPIRED_REASON})


class AttemptOutcome(StrEnum):
    """How an attempt ended."""

    CONNECTED = "connected"
    NO_QR = "no_qr"
    NOT_CONNECTED = "not_connected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """When the owner clicked, saw a QR code, was connected; the verdict, and from when on it counts."""

    asked_at: datetime
    qr_at: datetime | None = None
    connected_at: datetime | None = None
    outcome: AttemptOutcome | None = None
    counts_from: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether the verdict is final."""
        return self.counts_from is not None and self.counts_from <= now


def followed(attempt: Attempt, standing: Standing, now: datetime) -> Attempt:
    """The attempt after its channel moved to this standing."""
    if attempt.counts(now):
        return attempt
    if standing.status is ChannelStatus.CONNECTED:
        return replace(attempt, connected_at=now, outcome=AttemptOutcome.CONNECTED, counts_from=now)
    if standing.is_opening:
        shown = standing.status is ChannelStatus.QRCODE and attempt.qr_at is None
        return replace(attempt, qr_at=now if shown else attempt.qr_at, outcome=None, counts_from=None)
    if attempt.outcome is not None:
        return attempt
    return replace(attempt, outcome=verdict(attempt, standing), counts_from=now + SECOND_CHANCE)


def left_behind(attempt: Attempt, standing: Standing, now: datetime) -> Attempt:
    """The attempt after its session was ended, replaced or deleted; `standing` is the last one it had."""
    if attempt.counts(now):
        return attempt
    return replace(attempt, outcome=attempt.outcome or verdict(attempt, standing), counts_from=now)


def verdict(attempt: Attempt, standing: Standing) -> AttemptOutcome:
    """What to call an attempt that ended like this without a connection."""
    if attempt.qr_at is not None:
        return AttemptOutcome.NOT_CONNECTED
    failed = standing.status is ChannelStatus.ERROR and standing.reason not in NO_QR_REASONS
    return AttemptOutcome.FAILED if failed else AttemptOutcome.NO_QR
