"""What a criterion says beside its numbers."""

from typing import Any

from reports.criteria import criteria_of

BLOCK: dict[str, Any] = {"n": 100, "failures": 3, "rate": 0.97, "lower_95": 0.92, "upper_95": 0.99, "limit": 0.95}


def advice(**more: Any) -> str:
    """The advice on connect success."""
    [criterion] = criteria_of({"acceptance": {"connect_success": {**BLOCK, **more}}})
    return criterion.advice


def test_what_would_decide_is_told_both_ways() -> None:
    """All good, and like those so far."""
    said = advice(verdict="INCONCLUSIVE", further_successes=54, further_alike=230)

    assert said == (
        "54 further journeys, all good, would make it a PASS; "
        "about 230 further ones like these would decide it either way"
    )


def test_older_runs_tell_what_they_know() -> None:
    """Without the second number the first stands alone; without any there is none."""
    assert advice(verdict="INCONCLUSIVE", further_successes=54).endswith("would make it a PASS")
    assert advice(verdict="PASS") == advice(verdict="INCONCLUSIVE") == ""


def test_a_pass_that_the_first_half_decided_says_so() -> None:
    """Its bounds alone would not show why it is one."""
    said = advice(verdict="PASS", first_look={"successes": 482, "n": 500})

    assert said == "one short in all, decided by the first half: 482 of 500"
