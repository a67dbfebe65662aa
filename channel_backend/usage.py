"""What counts as usage of a plan: pure. The rows are the truth; a counter in Redis follows them and may be wrong."""

from dataclasses import dataclass
from datetime import datetime

from channel_backend.standing import Standing

# The one measure that is both limited and counted as it changes.
SESSIONS = "whatsappSessions"


@dataclass(frozen=True, slots=True)
class Correction:
    """A counter that was wrong: what it said, and what the rows say."""

    tenant_id: int
    measure: str
    counted: int
    actual: int
    at: datetime


def sessions_delta(before: Standing, after: Standing | None) -> int:
    """How many more open sessions there are after this move (`after` None: the channel was deleted)."""
    used = after is not None and after.uses_a_session
    return int(used) - int(before.uses_a_session)


def period_of(now: datetime) -> str:
    """The calendar month, as counters are named by it."""
    return f"{now:%Y%m}"
