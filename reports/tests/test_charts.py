"""Tests of the drawings' geometry."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from reports.charts.distribution import distribution_of
from reports.charts.interval import interval_of
from reports.charts.lifeline import WIDTH, lifeline_of
from reports.charts.scale import Scale, ticks
from reports.criteria import criteria_of
from reports.lanes import Lane, Mark

waits_s = st.lists(st.none() | st.floats(0, 500), min_size=1, max_size=300)


@given(waits_s, st.floats(0.5, 60))
def test_every_wait_is_in_a_bar(waits: list[float | None], limit_s: float) -> None:
    """No journey is lost in the drawing, and those that never saw a QR have their own bar."""
    drawn = distribution_of(waits, limit_s=limit_s, p50_s=None, p95_s=None)

    assert drawn is not None
    assert sum(bar.count for bar in drawn.bars) == len(waits)
    never = [bar.count for bar in drawn.bars if bar.tone == "never"]
    assert never == ([waits.count(None)] if None in waits else [])


@given(waits_s, st.floats(0.5, 60))
def test_the_limit_is_always_in_sight(waits: list[float | None], limit_s: float) -> None:
    """However fast the backend was, the report shows what it was measured against."""
    drawn = distribution_of(waits, limit_s=limit_s, p50_s=1.0, p95_s=None)

    assert drawn is not None
    limit = next(line for line in drawn.lines if line.kind == "limit")
    assert limit.x <= drawn.axis_end
    assert all(bar.x + bar.width <= 860 for bar in drawn.bars)


def test_fast_answers_are_not_squeezed() -> None:
    """When all waits are far below the limit, the axis is broken instead of showing one spike."""
    drawn = distribution_of([0.4, 0.5, 0.6], limit_s=10.0, p50_s=0.5, p95_s=0.6)

    assert drawn is not None
    assert drawn.break_x is not None
    assert len([bar for bar in drawn.bars if bar.count]) == 3


def test_nothing_measured_draws_nothing() -> None:
    """No samples, no drawing."""
    assert distribution_of([], limit_s=10.0, p50_s=None, p95_s=None) is None
    assert criteria_of({}) == ()


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    """An axis has some marks, none outside."""
    scale = Scale(low, low + span, 0.0, 100.0)

    found = ticks(scale, about=5)

    assert len(found) <= 12
    assert all(0.0 <= tick.at <= 100.0 for tick in found)


def test_the_interval_contains_what_was_observed() -> None:
    """The drawn interval has its bounds around the observed rate, the limit where it belongs."""
    block = {"n": 60, "failures": 3, "rate": 0.95, "lower_95": 0.876, "upper_95": 0.986, "limit": 0.95}
    criterion = criteria_of({"acceptance": {"connect_success": {**block, "verdict": "INCONCLUSIVE"}}})[0]

    drawn = interval_of(criterion)

    assert drawn is not None
    assert drawn.observed is not None
    assert drawn.lower < drawn.observed < drawn.upper
    assert drawn.limit == drawn.observed


def test_labels_have_room_or_are_cut() -> None:
    """A label never runs into the next mark of its row."""
    marks = (Mark(1.0, "connection.update", "a", "good"), Mark(1.5, "connection.update", "b", "good"))

    shapes = lifeline_of([Lane("Webhooks", marks)], start_s=0.0, end_s=10.0).bands[0].shapes

    assert shapes[0].label.endswith("…")
    assert shapes[1].label == "connection.update"
    assert all(shape.x <= WIDTH for shape in shapes)
    assert inf not in [shape.x for shape in shapes]
