"""The search: plans that can be run, short stories, and a hunt that can be resumed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.cli import main
from scenarios.errors import ScenarioError
from scenarios.judging import Finding
from scenarios.scenario_file import load_scenario
from scenarios.search.hunt import Attempt, Hunt, State, read_state
from scenarios.search.live import DIED, OverError, Tried
from scenarios.search.machine import PARTS_MAX, draw_plans
from scenarios.search.plan import Plan
from scenarios.search.shrinking import ddmin, shrink

LATE = {"fault": "delay", "delay": "2s", "probability": 0.5, "select": {"event": "qrcode.updated"}}
TWICE = {"fault": "duplicate", "copies": 3, "gap": "200ms", "probability": 1.0, "select": {}}
UNLINKED = {"at": "connected", "after": "2s", "do": "unlink"}
KILLED = {"at": "qr", "after": "300ms", "do": "kill-backend", "down": "3s", "once": True}
LONG = Plan(7, channels=3, whatsapp={"qr_first": "2s"}, steps=(UNLINKED, KILLED), faults=(LATE, TWICE))


def finding(sentence: str, t: float = 1.0) -> Finding:
    """Something broken."""
    return Finding("searched", "channel 1", t, 1.0, sentence, ())


def drawn(seed: int) -> list[Plan]:
    """The plans of a seed."""
    return draw_plans(seed, count=30)


def hunting(folder: Path, attempt: Attempt, *, tries: int, state: State | None = None) -> tuple[Hunt, list[str]]:
    """A hunt over so many tries, and what it says."""
    said: list[str] = []
    hunt_state = state or State(seed=1)
    left = iter(range(tries, -1, -1))
    hunt = Hunt(hunt_state, folder, attempts=[attempt], time_left=lambda: next(left, 0), say=said.append)
    return hunt, said


@pytest.mark.slow
def test_every_plan_is_a_scenario_that_can_be_run() -> None:
    """What is drawn is legal in every part, and never longer than allowed."""
    plans = [plan for seed in range(5) for plan in drawn(seed)]

    scenarios = [plan.scenario() for plan in plans]

    assert {one.name for one in scenarios} == {"searched"}
    assert max(len(plan.steps) + len(plan.faults) for plan in plans) == PARTS_MAX
    assert {step["do"] for plan in plans for step in plan.steps} >= {"unlink", "kill-backend", "start-again", "reply"}
    assert len({fault["fault"] for plan in plans for fault in plan.faults}) >= 10


def test_the_same_seed_draws_the_same_plans() -> None:
    """And another one others."""
    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_a_plan_comes_back_from_its_file() -> None:
    """The mapping says everything."""
    plan = replace(LONG, faults=(TWICE,), steps=(KILLED,))

    again = Plan.of_mapping(plan.mapping())

    assert again.scenario() == plan.scenario()


@given(st.lists(st.integers(0, 30), unique=True), st.sets(st.integers(0, 30), max_size=4))
def test_what_is_left_cannot_be_shorter(parts: list[int], needed: set[int]) -> None:
    """Exactly the parts that the failure needs are left, in their order."""
    whole = [*parts, *sorted(needed - set(parts))]

    left = ddmin(whole, lambda some: needed <= set(some))

    assert left == [part for part in whole if part in needed]


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_no_single_part_can_be_left_out(flags: list[bool]) -> None:
    """Whatever fails: without any one part of the result it does not."""

    def fails(some: Sequence[tuple[int, bool]]) -> bool:
        return sum(flag for _, flag in some) % 2 == sum(flags) % 2 and len(some) >= min(2, len(flags))

    left = ddmin(list(enumerate(flags)), fails)

    assert all(not fails(left[:nth] + left[nth + 1 :]) for nth in range(len(left)))


def test_a_plan_is_made_short_and_plain() -> None:
    """Only what the failure needs is left, in the plainest words."""

    def fails(plan: Plan) -> bool:
        return any(fault["fault"] == "duplicate" for fault in plan.faults)

    short = shrink(LONG, fails)

    assert short.faults == ({**TWICE, "copies": 1, "gap": "0s"},)
    assert (short.steps, short.channels, short.whatsapp, short.events) == ((), 1, {}, 2)


def test_what_the_failure_needs_stays() -> None:
    """A time that matters is not rounded away."""

    def fails(plan: Plan) -> bool:
        return plan.channels >= 2 and any(step.get("after") == "2s" for step in plan.steps)

    short = shrink(LONG, fails)

    assert (short.channels, short.steps, short.faults) == (2, (UNLINKED,), ())


def broken_by_duplicates(plan: Plan) -> Tried:
    """A backend that cannot bear the same webhook twice."""
    has = any(fault["fault"] == "duplicate" for fault in plan.faults)
    return Tried({"I1": finding("twice the same effect")} if has else {})


def test_what_is_found_is_a_file_that_can_be_run(tmp_path: Path) -> None:
    """Short, with how often it fails and why, and expecting what it breaks."""
    hunt, said = hunting(tmp_path, broken_by_duplicates, tries=200)

    state = hunt.run()

    scenario = load_scenario(tmp_path / "found-i1.yaml")
    assert [(one["broken"], one["events"], one["fails"], one["tries"]) for one in state.found] == [("I1", 2, 10, 10)]
    assert scenario.expect.exercises == ("I1",)
    assert "failed 10 of 10 times by itself. twice the same effect" in scenario.description
    assert any("2 events, fails 10 of 10 times" in line for line in said)


def test_what_broke_first_is_what_is_looked_for(tmp_path: Path) -> None:
    """Of several broken invariants the earliest finding is the story; a second one of the same is no news."""

    def attempt(_plan: Plan) -> Tried:
        return Tried({"I7": finding("late", 9.0), "I5": finding("early", 2.0)})

    hunt, _ = hunting(tmp_path, attempt, tries=30)

    assert [one["broken"] for one in hunt.run().found] == ["I5"]


def test_a_backend_that_dies_is_a_finding(tmp_path: Path) -> None:
    """It has a file, too."""
    hunt, _ = hunting(tmp_path, lambda _plan: Tried({DIED: None, "I5": finding("x")}), tries=5)

    state = hunt.run()

    assert state.known == {DIED}
    assert load_scenario(tmp_path / "found-died.yaml").expect.exercises == ()


def test_several_backends_try_side_by_side(tmp_path: Path) -> None:
    """Each plan is tried once, and what two find at once is shortened by one of them."""
    tried: dict[str, list[Plan]] = {"one": [], "other": []}

    def trying(name: str) -> Attempt:
        def attempt(plan: Plan) -> Tried:
            tried[name].append(plan)
            return broken_by_duplicates(plan)

        return attempt

    left = iter(range(80, -1, -1))
    attempts = [trying("one"), trying("other")]
    hunt = Hunt(State(seed=1), tmp_path, attempts=attempts, time_left=lambda: next(left, 0), say=lambda _: None)

    state = hunt.run()

    assert state.tries == len(tried["one"]) + len(tried["other"])
    assert [one["broken"] for one in state.found] == ["I1"]


def test_a_hunt_that_is_called_off_keeps_what_it_has(tmp_path: Path) -> None:
    """Somebody had enough: the workers stop, and the state can be resumed."""
    tried: list[Plan] = []

    def attempt(plan: Plan) -> Tried:
        tried.append(plan)
        if len(tried) > 12:
            raise OverError
        return Tried()

    hunt, _ = hunting(tmp_path, attempt, tries=1_000)

    state = hunt.run()

    assert len(tried) == 13
    assert (state.next_round, read_state(tmp_path).tries) == (1, 13)


def test_a_hunt_is_resumed_where_it_stopped(tmp_path: Path) -> None:
    """The next rounds follow, and what was found stays found."""
    tried: list[Plan] = []

    def attempt(plan: Plan) -> Tried:
        tried.append(plan)
        return Tried()

    hunting(tmp_path, attempt, tries=25)[0].run()
    first, rounds = list(tried), read_state(tmp_path).next_round
    hunting(tmp_path, attempt, tries=25, state=read_state(tmp_path))[0].run()

    seeds = {plan.seed for plan in first}
    assert rounds >= 2
    assert {plan.seed for plan in tried[len(first) :]} - seeds
    assert read_state(tmp_path).tries == len(tried)


@pytest.mark.parametrize("content", [None, b"{", b"[]", orjson.dumps({"seed": 1})])
def test_what_cannot_be_resumed_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    """No file, no JSON, no search."""
    if content is not None:
        (tmp_path / "search.json").write_bytes(content)

    with pytest.raises(ScenarioError, match="is no search that could be resumed"):
        read_state(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--budget", "10"], "--budget is '10'; legal: a time with its unit"),
        (["--budget", "0s"], "--budget is '0s'"),
        (["--budget", "25h"], "up to 24h"),
        (["--jobs", "0"], "--jobs is 0; legal: 1 to 16"),
        (["--resume", "nowhere"], "is no search that could be resumed"),
        (["--defects", "x", "--stack", "external", "--url", "http://127.0.0.1:1"], "--defects is for --stack embedded"),
    ],
)
def test_wrong_options_start_nothing(capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    """One line, exit code 4."""
    code = main(["search", *arguments])

    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (4, 1)
    assert says in told
