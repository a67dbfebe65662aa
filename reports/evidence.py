"""The records behind a journey's drawing, one line each: what a developer looks up in the journal."""

from dataclasses import dataclass

from fake_evolution import Record
from reports.stories import Story
from reports.values import number, text

LINES_MAX = 60
_CHARS_MAX = 220
# What each kind is told by, in this order; other fields stay in the journal.
_TOLD_BY = {
    "click": ("action",),
    "reply": ("action", "status_code", "duration_s", "error", "body"),
    "seen": ("status", "via", "qr_error", "number"),
    "scan": ("verdict", "number"),
    "phone": ("action", "code"),
    "state": ("phase", "cause"),
    "qr": ("count",),
    "event": ("event", "order", "data"),
    "attempt": ("event", "attempt", "copy", "outcome", "status", "error", "lateness_ms"),
    "fault": ("rule", "fault"),
    "journey.start": ("channel_name", "tenant"),
    "journey.end": ("outcome", "reason"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record in short."""

    seq: int
    at_s: str
    kind: str
    said: str


def evidence_of(story: Story) -> tuple[tuple[Evidence, ...], int]:
    """The records of a journey, the first and the last when there are too many, and how many were left out."""
    told = [record for record in story.records if record.kind in _TOLD_BY]
    if len(told) > LINES_MAX:
        half = LINES_MAX // 2
        kept = told[:half] + told[-half:]
    else:
        kept = told
    return tuple(_evidence(record, story.start_s) for record in kept), len(told) - len(kept)


def _evidence(record: Record, start_s: float) -> Evidence:
    said = [f"{name}={_short(record.get(name))}" for name in _TOLD_BY[record.kind] if _worth(record.get(name))]
    return Evidence(record.seq, f"{record.t - start_s:.3f}", record.kind, "  ".join(said))


def _worth(value: object) -> bool:
    return value is not None and value not in ("", {}, [])


def _short(value: object) -> str:
    exact = number(value)
    said = text(value) if exact is None else f"{exact:.6g}"
    return said if len(said) <= _CHARS_MAX else f"{said[: _CHARS_MAX - 1]}…"
