"""Tests of the open-loop arrivals."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.arrivals import Arrival, plan_arrivals, tenants_needed, users_needed
from load.profiles import known_profiles

shapes = st.sampled_from(sorted(known_profiles()))


def test_the_folder_is_the_list() -> None:
    """Every file in the folder is a profile that can be asked for by name."""
    assert list(known_profiles()) == ["constant", "poisson"]


def test_constant_arrivals_are_evenly_spaced() -> None:
    """Four a second come a quarter of a second apart, from the first moment on."""
    assert [arrival.due_s for arrival in plan_arrivals(profile="constant", count=4, per_s=4.0, seed=1)] == [
        0.0,
        0.25,
        0.5,
        0.75,
    ]


@given(shapes, st.integers(1, 300), st.floats(0.01, 500), st.integers(0, 2**63 - 1))
def test_plans_are_repeatable_and_ordered(shape: str, count: int, per_s: float, seed: int) -> None:
    """The same seed gives the same plan; it begins at 0 and never goes back."""
    plan = plan_arrivals(profile=shape, count=count, per_s=per_s, seed=seed)

    assert plan == plan_arrivals(profile=shape, count=count, per_s=per_s, seed=seed)
    assert [arrival.index for arrival in plan] == list(range(count))
    assert plan[0].due_s == 0.0
    assert all(before.due_s <= after.due_s for before, after in pairwise(plan))


def test_another_seed_is_another_poisson_plan() -> None:
    """Seeds matter where there is chance."""
    plans = {plan_arrivals(profile="poisson", count=20, per_s=4.0, seed=seed) for seed in range(50)}

    assert len(plans) == 50


def test_poisson_keeps_the_rate() -> None:
    """Ten thousand arrivals at 4/s take about 2,500 s (five standard deviations are 125 s)."""
    plan = plan_arrivals(profile="poisson", count=10_000, per_s=4.0, seed=7)

    assert abs(plan[-1].due_s - 2_500) < 125


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"profile": "square"}, "unknown profile 'square'; known: constant, poisson"),
        ({"count": 0}, "0 arrivals; legal: 1 to 100000"),
        ({"per_s": 0.0}, "0 arrivals a second; legal: above 0"),
    ],
)
def test_impossible_plans_are_refused(given_: dict[str, object], said: str) -> None:
    """A refusal says what was asked and what would be legal."""
    wanted: dict[str, object] = {"profile": "constant", "count": 1, "per_s": 1.0, "seed": 1, **given_}

    with pytest.raises(ValueError, match=said):
        plan_arrivals(**wanted)  # type: ignore[arg-type]


def test_users_cover_the_worst_overlap() -> None:
    """With one arrival a second and journeys of three seconds, the fourth needs a user more than three."""
    plan = tuple(Arrival(index, float(index)) for index in range(10))

    assert users_needed(plan, journey_s_max=3.0) == 4
    assert users_needed(plan, journey_s_max=0.5) == 1
    assert users_needed(plan, journey_s_max=60.0) == 10
    assert users_needed((), journey_s_max=60.0) == 0


@pytest.mark.parametrize(("count", "tenants"), [(1, 1), (49, 1), (50, 2), (200, 5)])
def test_a_few_tenants_share_the_journeys(count: int, tenants: int) -> None:
    """There is one tenant for each fifty journeys, and one more."""
    assert tenants_needed(count, channels_each=50) == tenants
