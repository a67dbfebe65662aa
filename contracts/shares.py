"""How much of a recording a replay repeated: shares, and the findings that explain them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.align import Difference
from contracts.replayed import NotCovered

MEASURES = ("statuses", "headers", "field paths", "values", "messages", "transitions", "webhooks", "sockets", "waits")

Place = tuple[int | None, str]
"""Position of a recorded step, and the step in a few words."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many are the same."""

    same: int = 0
    of: int = 0

    def __add__(self, other: "Share") -> "Share":
        """Both together."""
        return Share(self.same + other.same, self.of + other.of)

    @property
    def ratio(self) -> float:
        """1.0 when there was nothing to compare."""
        return self.same / self.of if self.of else 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference and the recorded step it belongs to; an extra webhook has no step."""

    position: int | None
    step: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement of one scenario."""

    scenario: str
    family: str
    findings: tuple[Finding, ...]
    shares: Mapping[str, Share]
    not_covered: tuple[NotCovered, ...]


@dataclass(slots=True)
class Sum:
    """Findings and shares while they are being collected."""

    findings: list[Finding] = field(default_factory=list)
    shares: dict[str, Share] = field(default_factory=lambda: {name: Share() for name in MEASURES})

    def count(self, measure: str, same: int, of: int = 1) -> None:
        """Adds to a measure."""
        self.shares[measure] += Share(min(same, of), of)

    def find(self, place: Place, found: Iterable[Difference]) -> None:
        """Keeps differences of one step."""
        self.findings.extend(Finding(*place, difference) for difference in found)
