"""Properties of plans: no rules change nothing, chance is keyed, declared rates are real."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from fake_evolution import (
    API_FAULTS,
    FAULTS,
    ApiFault,
    Delay,
    Drop,
    Duplicate,
    Fault,
    FaultRule,
    Reorder,
    Rng,
    Selector,
)
from fake_evolution.distributions import Lognormal, Uniform
from fake_evolution.faults import Chain
from fake_evolution.faults.clock_skew import ClockSkew
from fake_evolution.plan import AS_IT_IS, ApiCall, Attempt, Delivery, Plan, Webhook

QUICK = settings(max_examples=100, deadline=None)
ONE: Plan = (Attempt(),)
SAMPLES: dict[str, Fault] = {
    **{name: kind() for name, kind in FAULTS.items() if name not in ("delay", "clock-skew")},
    "delay": Delay(Lognormal(1.0, 9.0), 2.0),
    "clock-skew": ClockSkew(behind_s=60.0),
    "duplicate": Duplicate(2, 0.5),
    "reorder": Reorder(2, 4.0, permute=True),
}
API_SAMPLES: dict[str, ApiFault] = {
    **{name: kind() for name, kind in API_FAULTS.items() if name != "api-latency"},
    "api-latency": API_FAULTS["api-latency"](Uniform(1.0, 4.0)),  # type: ignore[call-arg]  # each has its own fields
}
times_s = st.floats(0, 1e6)
attempts = st.builds(Attempt, times_s, st.integers(0, 5), times_s)
plans = st.lists(attempts, max_size=4).map(tuple)
seeds = st.integers(0, 2**63)
names = st.text("abcdefgh", min_size=1, max_size=6)
selectors = st.builds(Selector, event=st.sampled_from(["*", "qrcode.updated", "connection.*"]), instance=names)
rules = st.builds(
    FaultRule, names, st.sampled_from(list(SAMPLES.values())), st.floats(0, 1), st.just(Selector()) | selectors
)
rule_lists = st.lists(rules, max_size=5, unique_by=lambda rule: rule.name)
deliveries = st.builds(
    Delivery,
    delivery_id=st.text(max_size=20),
    event_id=st.just("sales#1"),
    instance=names,
    order=st.integers(1, 1000),
    event=st.sampled_from(["qrcode.updated", "connection.update"]),
    state=st.sampled_from([None, "open", "connecting"]),
    webhook=st.builds(Webhook, st.just("http://backend.invalid/"), st.just({}), st.binary(max_size=30)),
)


def fired(rows: list[FaultRule], delivery: Delivery, seed: int) -> list[str]:
    """The names of the rules that strike this delivery."""
    return [firing.rule.name for firing in Chain(rows, Rng(seed)).apply(ONE, delivery)[1]]


def test_every_fault_is_tried_here() -> None:
    """A new fault has to be added to the samples of these properties."""
    assert set(SAMPLES) == set(FAULTS)
    assert set(API_SAMPLES) == set(API_FAULTS)


@QUICK
@given(plans, deliveries, seeds, st.integers(1, 10))
def test_no_rules_are_the_identity(plan: Plan, delivery: Delivery, seed: int, attempt: int) -> None:
    """Without rules the plan is the very same object, and nothing is noted."""
    after, firings = Chain((), Rng(seed)).apply(plan, delivery, attempt=attempt)

    assert after is plan
    assert firings == ()


@QUICK
@given(rule_lists, plans, deliveries, seeds)
def test_rules_that_never_strike_are_the_identity(
    rows: list[FaultRule], plan: Plan, delivery: Delivery, seed: int
) -> None:
    """A probability of 0, or a selector that matches nothing, leaves the very same plan."""
    never = [replace(rule, probability=0.0) for rule in rows]
    elsewhere = [replace(rule, select=Selector(event="no.such.event")) for rule in rows]

    assert Chain(never, Rng(seed)).apply(plan, delivery)[0] is plan
    assert Chain(elsewhere, Rng(seed)).apply(plan, delivery)[0] is plan


@QUICK
@given(rule_lists, deliveries, seeds)
def test_same_seed_gives_the_same_plan(rows: list[FaultRule], delivery: Delivery, seed: int) -> None:
    """Two chains of one seed decide alike, down to the last digit of a time."""
    assert Chain(rows, Rng(seed)).apply(ONE, delivery) == Chain(rows, Rng(seed)).apply(ONE, delivery)


@QUICK
@given(rule_lists, rules, deliveries, seeds, st.data())
def test_further_rule_does_not_reshuffle_the_others(
    rows: list[FaultRule], further: FaultRule, delivery: Delivery, seed: int, data: st.DataObject
) -> None:
    """Whether a rule strikes depends on its own name, wherever in the list another one is put."""
    added = replace(further, name="added later")
    place = data.draw(st.integers(0, len(rows)))

    with_it = fired([*rows[:place], added, *rows[place:]], delivery, seed)

    assert [name for name in with_it if name != added.name] == fired(rows, delivery, seed)


@QUICK
@given(rule_lists, st.lists(deliveries, max_size=6, unique_by=lambda found: found.delivery_id), seeds, st.randoms())
def test_order_of_arrival_does_not_matter(
    rows: list[FaultRule], found: list[Delivery], seed: int, random: Random
) -> None:
    """Each delivery has its own chance, whatever came before it."""
    shuffled = list(found)
    random.shuffle(shuffled)
    first, second = Chain(rows, Rng(seed)), Chain(rows, Rng(seed))

    in_order = {delivery.delivery_id: first.apply(ONE, delivery) for delivery in found}
    out_of_order = {delivery.delivery_id: second.apply(ONE, delivery) for delivery in shuffled}

    assert in_order == out_of_order


@QUICK
@given(st.sampled_from(list(SAMPLES.values())), plans, seeds)
def test_faults_never_send_anything_early(fault: Fault, plan: Plan, seed: int) -> None:
    """No fault moves an attempt before the first of its plan."""
    after = fault.apply(plan, Rng(seed).keyed("fault"))

    earliest_s = min((attempt.due_s for attempt in plan), default=0.0)
    assert all(attempt.due_s >= earliest_s for attempt in after if not attempt.after_removal)


@pytest.mark.parametrize("probability", [0.01, 0.2, 0.5, 0.95])
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_declared_rate_is_the_real_one(name: str, probability: float) -> None:
    """Over 10,000 deliveries the declared rate lies inside the exact 99 % interval of the drawn one."""
    chain = Chain([FaultRule(name, SAMPLES[name], probability)], Rng(1))
    webhook = Webhook("http://backend.invalid/", {}, b"")

    struck = 0
    for number in range(10_000):
        delivery = Delivery(f"sales#{number}:instance", f"sales#{number}", "sales", number, "call", None, webhook)
        struck += len(chain.apply(ONE, delivery)[1])

    low, high = binomtest(struck, 10_000).proportion_ci(confidence_level=0.99, method="exact")
    assert low <= probability <= high


@pytest.mark.parametrize("name", sorted(API_SAMPLES))
def test_declared_rate_of_answers_is_the_real_one(name: str) -> None:
    """Over 10,000 calls the declared rate lies inside the exact 99 % interval of the drawn one."""
    chain = Chain([FaultRule(name, API_SAMPLES[name], 0.2)], Rng(1))

    treatments = [chain.treat(ApiCall(number, "GET", "/", "sales"))[0] for number in range(10_000)]

    struck = sum(treatment is not AS_IT_IS for treatment in treatments)
    low, high = binomtest(struck, 10_000).proportion_ci(confidence_level=0.99, method="exact")
    assert low <= 0.2 <= high


@pytest.mark.parametrize("correlation", [0.25, 0.5, 0.9])
def test_bursts_keep_the_rate_and_make_neighbours_alike(correlation: float) -> None:
    """Correlated decisions agree with the one before as often as declared, and strike as often as without."""
    chain = Chain([FaultRule("lost", Drop(), 0.3, correlation=correlation)], Rng(1))
    webhook = Webhook("http://backend.invalid/", {}, b"")

    lost = [
        chain.apply(ONE, Delivery(str(number), str(number), "sales", number, "call", None, webhook))[0] == ()
        for number in range(40_000)
    ]

    agree = sum(first is second for first, second in pairwise(lost)) / (len(lost) - 1)
    assert agree == pytest.approx(correlation + (1 - correlation) * (0.3**2 + 0.7**2), abs=0.02)
    assert sum(lost) / len(lost) == pytest.approx(0.3, abs=0.03)
