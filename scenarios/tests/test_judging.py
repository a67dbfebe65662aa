"""From judgements to verdicts, and from verdicts to gaps and to the verdict of a run."""

from collections.abc import Iterator

import pytest

from scenarios.gaps import judge_gaps
from scenarios.history import History
from scenarios.judging import Truth, Verdict, check, every_invariant, fold
from scenarios.rules import Gap, Invariant, Judgement
from scenarios.tests.tale import Tale


def rule(*judgements: Judgement, crash: bool = False) -> Invariant:
    """An invariant that finds exactly this."""

    def judge(_history: History) -> Iterator[Judgement]:
        yield from judgements
        if crash:
            raise LookupError("no such record")

    return Invariant("I99", Gap.IDEMPOTENCY, "a rule for tests", judge)


def verdict(truth: Truth, *, gap: Gap = Gap.IDEMPOTENCY, name: str = "I99") -> Verdict:
    """A verdict with this word."""
    return Verdict(id=name, gap=gap, title="", verdict=truth, exercised=2)


HOLDS = Judgement(holds=True, subject="channel 1", t=1.0)
EARLY = Judgement(holds=False, subject="channel 1", t=2.0, size=1.0, sentence="early", witness=(1,))
WORST = Judgement(holds=False, subject="channel 2", t=3.0, size=9.0, sentence="worst")


def test_first_and_worst_are_kept_apart(tale: Tale) -> None:
    """The verdict counts what is broken and shows the first and the worst of it."""
    tale.seen(1.0, "CONNECTED")

    found = check(rule(HOLDS, WORST, EARLY), tale.history(), phase="told")

    assert (found.verdict, found.exercised, found.count) == (Truth.FALSE, 3, 2)
    assert (found.first and found.first.sentence, found.worst and found.worst.sentence) == ("early", "worst")
    assert found.first is not None
    assert found.first.witness[0]["kind"] == "seen"


@pytest.mark.parametrize("judgements", [(), (HOLDS,), (EARLY,)])
def test_a_crash_is_unknown_and_keeps_its_traceback(judgements: tuple[Judgement, ...]) -> None:
    """A bug in judging is never a verdict, whatever was found before it."""
    found = check(rule(*judgements, crash=True), History([]), phase="told")

    assert found.verdict is Truth.UNKNOWN
    assert found.trace is not None
    assert found.diagnosis == "I99 could not be judged: LookupError: no such record"


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ((Truth.TRUE, Truth.UNKNOWN), Truth.TRUE),
        ((Truth.UNKNOWN, Truth.UNKNOWN), Truth.UNKNOWN),
        ((Truth.TRUE, Truth.FALSE), Truth.FALSE),
    ],
)
def test_phases_fold_to_the_worst_that_is_known(words: tuple[Truth, ...], folded: Truth) -> None:
    """Broken in one phase is broken; unknown in one phase is no objection."""
    assert fold([verdict(word) for word in words]).verdict is folded


def test_a_crash_in_one_phase_spoils_the_others() -> None:
    """What holds elsewhere is not enough when one phase could not be judged."""
    crashed = check(rule(crash=True), History([]), phase="told")

    assert fold([verdict(Truth.TRUE), crashed]).verdict is Truth.UNKNOWN


def test_a_gap_is_broken_held_or_not_exercised() -> None:
    """Every gap is named; one broken invariant breaks its gap, and unknown ones leave it open."""
    found = judge_gaps(
        [
            verdict(Truth.TRUE, gap=Gap.IDEMPOTENCY, name="I1"),
            verdict(Truth.FALSE, gap=Gap.IDEMPOTENCY, name="I5"),
            verdict(Truth.TRUE, gap=Gap.STATUS_CONTRACT, name="I21"),
            verdict(Truth.UNKNOWN, gap=Gap.CORRELATION, name="I10"),
        ]
    )

    words = {row["id"]: row["verdict"] for row in found}
    assert list(words) == [gap.value for gap in Gap]
    assert words["G4-idempotency"] == "broken"
    assert words["G1-status-contract"] == "holds"
    assert words["G2-correlation"] == words["G6-observability"] == "not exercised"


def test_every_invariant_has_an_id_of_its_own_and_comes_in_order() -> None:
    """The folder is walked, and I7 comes before I10."""
    names = [rule.id for rule in every_invariant()]

    assert names == sorted(set(names), key=lambda name: int(name[1:]))
    assert {"I1", "I5", "I7", "I10", "I21", "I27", "I28"} <= set(names)


def test_no_invariant_judges_an_empty_history() -> None:
    """Nothing happened, so nothing is known: no rule is true of nothing."""
    words = {check(rule, History([]), phase="none").verdict for rule in every_invariant()}

    assert words == {Truth.UNKNOWN}
