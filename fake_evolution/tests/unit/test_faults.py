"""Tests of the faults, of selectors, and of the chain of rules."""

from dataclasses import replace
from pathlib import Path

import pytest

from fake_evolution import API_FAULTS, FAULTS, Delay, Drop, Duplicate, FaultRule, Reorder, Rng, Selector, faults
from fake_evolution.faults import Chain
from fake_evolution.plan import Attempt, Delivery, Plan, Webhook

ONE: Plan = (Attempt(),)
HOOK = Webhook("http://backend.invalid/", {}, b"{}")
CONNECTING = Delivery("sales#1:instance", "sales#1", "sales", 1, "connection.update", "connecting", HOOK)
OPEN = Delivery("sales#2:instance", "sales#2", "sales", 2, "connection.update", "open", HOOK)
QRCODE = Delivery("sales#3:instance", "sales#3", "sales", 3, "qrcode.updated", None, HOOK)


def struck(*rules: FaultRule, seed: int = 1) -> Chain:
    """A chain of these rules."""
    return Chain(rules, Rng(seed))


def test_folder_is_the_list() -> None:
    """Every file in the folder is a fault that can be asked for by name."""
    files = {file.stem.replace("_", "-") for file in Path(faults.__file__).parent.glob("*.py")}

    assert {*FAULTS, *API_FAULTS} == files - {"--init--", "base", "chain", "wire"}
    assert (FAULTS["delay"], FAULTS["drop"], FAULTS["duplicate"], FAULTS["reorder"]) == (
        Delay,
        Drop,
        Duplicate,
        Reorder,
    )


def test_delay_moves_every_attempt() -> None:
    """All attempts come later by the same time; the jitter adds up to its own on top."""
    plan = (Attempt(), Attempt(1.0))

    assert Delay(4.0).apply(plan, Rng(1).keyed("a")) == (Attempt(4.0), Attempt(5.0))
    first, second = Delay(4.0, 2.0).apply(plan, Rng(1).keyed("a"))
    assert 4.0 <= first.due_s < 6.0
    assert second.due_s - first.due_s == pytest.approx(1.0, abs=1e-9)


def test_duplicate_adds_copies_with_a_gap() -> None:
    """Every attempt is followed by its copies, at the same moment or apart."""
    draws = Rng(1).keyed("a")

    assert Duplicate().apply(ONE, draws) == (Attempt(), Attempt())
    assert Duplicate(2, 3.0).apply(ONE, draws) == (Attempt(), Attempt(3.0), Attempt(6.0))


def test_drop_leaves_nothing() -> None:
    """A dropped plan is empty."""
    assert Drop().apply(ONE, Rng(1).keyed("a")) == ()


def test_reorder_holds_every_attempt() -> None:
    """A reordered plan keeps its times and waits, once due, for later deliveries."""
    assert Reorder(2, 5.0).apply(ONE, Rng(1).keyed("a")) == (Attempt(0.0, 2, 5.0),)


def test_rules_work_one_after_the_other() -> None:
    """A later rule gets what an earlier one made: delayed, then doubled."""
    plan, firings = struck(FaultRule("slow", Delay(4.0)), FaultRule("twice", Duplicate(gap_s=1.0))).apply(ONE, OPEN)

    assert plan == (Attempt(4.0), Attempt(5.0))
    assert [(firing.rule.name, firing.before, firing.after) for firing in firings] == [
        ("slow", ONE, (Attempt(4.0),)),
        ("twice", (Attempt(4.0),), plan),
    ]


@pytest.mark.parametrize(
    ("select", "hits"),
    [
        (Selector(), [True, True, True]),
        (Selector(event="connection.*"), [True, True, False]),
        (Selector(event="qrcode.updated"), [False, False, True]),
        (Selector(state="open"), [False, True, False]),
        (Selector(instance="sal*"), [True, True, True]),
        (Selector(instance="support"), [False, False, False]),
        (Selector(nth=(1,)), [True, False, False]),
        (Selector(nth=(2, 3)), [False, True, True]),
        (Selector(event="connection.update", nth=(2,)), [False, True, False]),
        (Selector(attempt=(2,)), [False, False, False]),
        (Selector(attempt=()), [True, True, True]),
    ],
)
def test_selector_says_which_deliveries(select: Selector, hits: list[bool]) -> None:
    """A field left out matches all; `nth` counts what the others match."""
    chain = struck(FaultRule("lost", Drop(), select=select))

    assert [chain.apply(ONE, delivery)[0] == () for delivery in (CONNECTING, OPEN, QRCODE)] == hits


def test_nth_counts_each_instance_for_itself() -> None:
    """The first delivery of every instance is its first."""
    chain = struck(FaultRule("lost", Drop(), select=Selector(nth=(1,))))
    other = replace(CONNECTING, delivery_id="support#1:instance", instance="support")

    assert [chain.apply(ONE, delivery)[0] for delivery in (CONNECTING, other, OPEN)] == [(), (), ONE]


def test_nth_stays_with_a_delivery_when_it_is_tried_again() -> None:
    """A retry of the first delivery is still the first one's, whatever came in between."""
    chain = struck(FaultRule("lost", Drop(), select=Selector(nth=(1,), attempt=(2,))))
    for delivery in (CONNECTING, OPEN):
        chain.apply(ONE, delivery)

    assert chain.apply(ONE, CONNECTING, attempt=2)[0] == ()
    assert chain.apply(ONE, OPEN, attempt=2)[0] == ONE


def test_probability_decides_by_delivery_and_seed() -> None:
    """Never at 0, always at 1, in between by the seed, and the same for the same delivery."""
    deliveries = [replace(OPEN, delivery_id=f"sales#{number}:instance") for number in range(200)]

    def lost(probability: float, seed: int) -> list[bool]:
        chain = struck(FaultRule("lost", Drop(), probability), seed=seed)
        return [chain.apply(ONE, delivery)[0] == () for delivery in deliveries]

    assert (sum(lost(0.0, 1)), sum(lost(1.0, 1))) == (0, 200)
    assert lost(0.5, 1) == lost(0.5, 1) != lost(0.5, 2)
    assert 70 < sum(lost(0.5, 1)) < 130


def test_rules_of_one_probability_strike_apart() -> None:
    """Each rule has a chance of its own: two that strike half of the time seldom strike the same half."""
    chain = struck(FaultRule("late", Delay(1.0), 0.5), FaultRule("twice", Duplicate(), 0.5))

    struck_by = [
        tuple(firing.rule.name for firing in chain.apply(ONE, replace(OPEN, delivery_id=str(number)))[1])
        for number in range(200)
    ]

    assert {*struck_by} == {(), ("late",), ("twice",), ("late", "twice")}
    assert all(struck_by.count(one) > 25 for one in {*struck_by})
