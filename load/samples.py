"""The raw times of a run: one line of `samples.ndjson` a journey, and nothing rounded or summed up."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import Any

import orjson

from load.errors import SamplesError

FILE_NAME = "samples.ndjson"
JOURNAL = "load-journal.jsonl"
ERROR = "error"
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Sample:
    """One journey: seconds from the intended click to the QR and to CONNECTED, infinite for never."""

    journey: str
    phase: str
    intended_s: float
    qr_s: float
    connected_s: float
    outcome: str
    reason: str = ""
    channel: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it says anything of the backend: a journey that the harness cut off or broke does not."""
        return self.outcome != ERROR

    @property
    def connected(self) -> bool:
        """A QR was shown and the channel reached CONNECTED, whatever came later."""
        return isfinite(self.qr_s) and isfinite(self.connected_s)

    def line(self) -> dict[str, Any]:
        """The sample as the JSON object that stands in the file."""
        return {
            "journey": self.journey,
            "phase": self.phase,
            "intended_s": self.intended_s,
            "qr_s": finite_or_none(self.qr_s),
            "connected_s": finite_or_none(self.connected_s),
            "outcome": self.outcome,
            "reason": self.reason,
            "channel": self.channel,
        }


def finite_or_none(value: float) -> float | None:
    """JSON has no infinity: what never happened is null."""
    return value if isfinite(value) else None


def interrupted(*, journey: str, phase: str, intended_s: float, channel: str | None = None) -> Sample:
    """A journey that the run did not let end."""
    return Sample(journey, phase, intended_s, inf, inf, ERROR, INTERRUPTED, channel)


def encoded(line: Mapping[str, Any]) -> bytes:
    """One line of the file."""
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def read_samples(path: Path) -> list[Sample]:
    """All samples of a file; a cut last line is dropped, any other bad line is a SamplesError."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise SamplesError(f"samples {path} cannot be read: {error.strerror}; run the load first") from error
    samples = [_parsed(line, f"{path}:{number}") for number, line in enumerate(lines[:-1], 1) if line.strip()]
    try:
        return [*samples, _parsed(lines[-1], str(path))] if lines[-1].strip() else samples
    except SamplesError:
        return samples  # the process was killed while it wrote this line


def _parsed(line: bytes, where: str) -> Sample:
    try:
        found = orjson.loads(line)
        return Sample(
            journey=str(found["journey"]),
            phase=str(found["phase"]),
            intended_s=float(found["intended_s"]),
            qr_s=_seconds(found["qr_s"]),
            connected_s=_seconds(found["connected_s"]),
            outcome=str(found["outcome"]),
            reason=str(found.get("reason") or ""),
            channel=found.get("channel"),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        legal = "a JSON object with journey, phase, intended_s, qr_s, connected_s, outcome"
        raise SamplesError(f"{where} is no sample ({legal}): {error}") from error


def _seconds(value: object) -> float:
    if value is None:
        return inf
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no time; legal: seconds, or null for never")
    return float(value)
