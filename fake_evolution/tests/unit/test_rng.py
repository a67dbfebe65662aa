"""Tests of chance: keyed rows of draws."""

from fake_evolution.rng import Rng


def row(seed: int, *key: str | int) -> list[float]:
    """Ten draws."""
    draws = Rng(seed).keyed(*key)
    return [draws.unit() for _ in range(10)]


def test_key_and_seed_decide_a_row() -> None:
    """The same seed and key give the same row; another seed, or any other part of the key, gives another."""
    rows = [row(1, "fault", "a", 1), row(2, "fault", "a", 1), row(1, "fault", "b", 1), row(1, "fault", "a", 2)]

    assert row(1, "fault", "a", 1) == rows[0]
    assert len({tuple(found) for found in rows}) == 4


def test_rows_do_not_depend_on_each_other() -> None:
    """How much was drawn elsewhere changes nothing: a new rule does not reshuffle the others."""
    rng = Rng(1)
    for _ in range(100):
        rng.keyed("somebody", "else").octets(64)

    assert [rng.keyed("mine").unit() for _ in range(2)] == [row(1, "mine")[0]] * 2


def test_parts_of_a_key_are_not_run_together() -> None:
    """The key (a, bc) is not the key (ab, c)."""
    assert row(1, "a", "bc") != row(1, "ab", "c")


def test_draws_stay_in_their_range() -> None:
    """Units are in [0, 1), integers below their bound, and octets as many as asked for."""
    draws = Rng(1).keyed("range")

    units = [draws.unit() for _ in range(1000)]
    integers = {draws.integer(3) for _ in range(1000)}

    assert 0 <= min(units) < 0.01
    assert 0.99 < max(units) < 1
    assert integers == {0, 1, 2}
    assert [len(draws.octets(size)) for size in (0, 1, 64, 65, 200)] == [0, 1, 64, 65, 200]
