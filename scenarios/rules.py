"""What an invariant is, and where invariants are found.

    @invariant("I21", gap=Gap.STATUS_CONTRACT, title="only canonical statuses, anywhere, any time")
    def canonical_status(history: History) -> Iterator[Judgement]: ...

A new one is a new file in `scenarios/invariants/`. It judges one thing after another, each alone; folding many
judgements into one verdict is the same for all and happens in `scenarios.judging`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scenarios.history import History
from scenarios.registry import Registry


class Gap(StrEnum):
    """The technical report's gaps, by the ids that verdicts and reports use."""

    STATUS_CONTRACT = "G1-status-contract"
    CORRELATION = "G2-correlation"
    QR_BY_SLEEP = "G3-qr-by-sleep"
    IDEMPOTENCY = "G4-idempotency"
    TYPED_CONTRACT = "G5-typed-contract"
    OBSERVABILITY = "G6-observability"
    USAGE_DRIFT = "G7-usage-drift"


class Duty(StrEnum):
    """What a right backend owes although the report names no gap for it; shown in the place of a gap."""

    ISOLATION = "D1-isolation"
    AUTHENTICITY = "D2-authenticity"
    ROBUSTNESS = "D3-robustness"
    RECOVERY = "D4-recovery"
    ACKNOWLEDGEMENT = "D5-acknowledgement"
    PROVIDER_CALLS = "D6-provider-calls"
    NO_ORPHANS = "D7-no-orphans"
    LIVE_UPDATES = "D8-live-updates"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing that was looked at: it holds, or the sentence says what was expected and seen, and where.

    `size` says how bad it is where that can be measured; `witness` are the `seq` of the records that prove it.
    """

    holds: bool
    subject: str
    t: float
    witness: tuple[int, ...] = ()
    sentence: str = ""
    size: float = 0.0


Judge = Callable[[History], Iterator[Judgement]]
Collect = Callable[[History], Iterator[Any]]
JudgeAcross = Callable[[Sequence[Any]], Iterator[Judgement]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule that every history of a right backend obeys; `across` sees what only several phases together show, from
    what `collect` took from the history of each channel.

    It is handed the history of one channel after the other, with what belongs to the whole phase in it; one that is
    `wide` is handed all channels of a phase at once, and of their records only those of the kinds that it `needs`.
    The first of these is what it is about: a phase without any of that kind is not looked at.
    """

    id: str
    gap: Gap | Duty
    title: str
    judge: Judge
    collect: Collect | None = None
    across: JudgeAcross | None = None
    wide: bool = False
    needs: tuple[str, ...] = ()


invariants: Registry[Invariant] = Registry("invariant", "scenarios.invariants")


def invariant(
    name: str,
    *,
    gap: Gap | Duty,
    title: str,
    collect: Collect | None = None,
    across: JudgeAcross | None = None,
    wide: bool = False,
    needs: Iterable[str] = (),
) -> Callable[[Judge], Judge]:
    """Register a judging function as the invariant of this id."""

    def register(judge: Judge) -> Judge:
        found = Invariant(name, gap, title, judge, collect, across, wide, tuple(needs))
        invariants(name)(found)
        return judge

    return register
