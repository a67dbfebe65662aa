"""What a channel's history knows of the phase around it."""

import pytest

from scenarios.surroundings import Acks


@pytest.mark.parametrize(
    ("from_s", "to_s", "slowest"),
    [(0.0, 100.0, (3.0, 2)), (10.0, 10.1, (0.125, 1)), (21.0, 22.0, (3.0, 2)), (50.0, 60.0, None)],
)
def test_the_slowest_that_was_under_way_at_a_time(
    from_s: float, to_s: float, slowest: tuple[float, int] | None
) -> None:
    """An attempt counts for as long as it lasted, and for nothing before or after."""
    acks = Acks()
    acks.add(10.0, 10.125, 1)
    acks.add(20.0, 23.0, 2)

    found = acks.slowest(from_s=from_s, to_s=to_s)

    assert found == slowest
    assert acks.slowest_s(from_s=from_s, to_s=to_s) == (0.0 if slowest is None else slowest[0])


def test_an_attempt_that_never_ends_is_kept_for_as_long_as_one_may_last() -> None:
    """A clock that jumped fills no memory with a year of quarter seconds."""
    acks = Acks()
    acks.add(0.0, 31_536_000.0, 1)

    assert acks.slowest(from_s=0.0, to_s=1_000.0) is None
    assert acks.slowest(from_s=31_535_990.0, to_s=31_536_000.0) == (31_536_000.0, 1)
