"""Scenarios as files."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_evolution import Delay, FaultRule, Selector, World
from scenarios.dsl import Channels, Expectation, JourneyPlan, Scenario
from scenarios.errors import ScenarioError
from scenarios.itinerary import Deadlines
from scenarios.judging import every_invariant
from scenarios.scenario_file import catalogue, find_scenario, load_scenario

WHOLE = """\
name: late-open
description: The open comes late.
seed: 9
world:
  faults:
    - {name: late, fault: delay, delay: 1500ms, select: {event: connection.update, state: open}}
journey:
  again: false
  reaction: 300ms
  stay: 2s
  deadlines: {qr: 1m, disconnected: 5s}
channels: {count: 4, every: 100ms, one_by_one: true}
expect: {exercises: [I21]}
gate: true
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Where a test writes its scenario."""
    return tmp_path / "late-open.yaml"


def test_a_file_becomes_a_plain_value(written: Path) -> None:
    """Every key is read, times by their units."""
    written.write_text(WHOLE)

    assert load_scenario(written) == Scenario(
        name="late-open",
        description="The open comes late.",
        seed=9,
        world=World(faults=(FaultRule("late", Delay(1.5), select=Selector(event="connection.update", state="open")),)),
        journey=JourneyPlan(
            again=False, reaction_s=0.3, stay_s=2.0, deadlines=Deadlines(qr_s=60.0, disconnected_s=5.0)
        ),
        channels=Channels(count=4, every_s=0.1, one_by_one=True),
        expect=Expectation(exercises=("I21",)),
        gate=True,
        path=written,
    )


def test_a_name_and_a_sentence_are_enough(written: Path) -> None:
    """Everything else has a default; the name is the file's."""
    written.write_text("description: As it is.")

    assert load_scenario(written) == Scenario(name="late-open", description="As it is.", path=written)


@pytest.mark.parametrize(
    ("found", "instead", "says"),
    [
        ("seed: 9", "sead: 9", ":3: sead is no key of a scenario: unknown key 'sead'; did you mean 'seed'?"),
        ("seed: 9", "seed: -1", ":3: seed is -1; legal: a whole number from 0"),
        ("seed: 9", "seed: true", ":3: seed is True"),
        ("name: late-open", "name: Late Open", ":1: name is 'Late Open'; legal: lower-case"),
        ("description: The open comes late.", "description: ''", ":2: description is ''"),
        ("delay: 1500ms", "delay: 1500", ":6: world.faults[0].delay is 1500; legal: a time with its unit"),
        ("fault: delay", "fault: dealy", "world.faults[0].fault unknown fault 'dealy'; did you mean 'delay'?"),
        ("reaction: 300ms", "reaction: soon", ":9: journey.reaction is 'soon'; legal: a time with its unit"),
        ("qr: 1m", "qr: 2h", ":11: journey.deadlines.qr is '2h'; legal: at most 3600 s"),
        ("count: 4", "count: 0", ":12: channels.count is 0; legal: a whole number from 1 to 1000"),
        ("one_by_one: true", "one_by_one: 1", ":12: channels.one_by_one is 1; legal: true or false"),
        ("exercises: [I21]", "exercises: I21", ":13: expect.exercises is 'I21'; legal: a list of invariants"),
        ("gate: true", "gate: [", "not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_line_path_and_what_is_legal(
    written: Path, found: str, instead: str, says: str
) -> None:
    """Somebody who wrote a mistake is told where it is and what would be right, in one line."""
    assert found in WHOLE
    written.write_text(WHOLE.replace(found, instead))

    with pytest.raises(ScenarioError) as refused:
        load_scenario(written)

    assert says in str(refused.value)
    assert str(refused.value).startswith(str(written))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"- a list", b"\xff\xfe", b"just words", b"&a [*a]"])
def test_what_is_no_scenario_at_all_is_refused(written: Path, content: bytes) -> None:
    """Any other file is refused by name."""
    written.write_bytes(content)

    with pytest.raises(ScenarioError, match=r"late-open\.yaml"):
        load_scenario(written)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A missing file and a directory are told apart from a wrong one."""
    with pytest.raises(ScenarioError, match=r"nowhere\.yaml cannot be read: No such file"):
        find_scenario(str(tmp_path / "nowhere.yaml"))
    with pytest.raises(ScenarioError, match="cannot be read: Is a directory"):
        find_scenario(f"{tmp_path}/")


def test_an_unknown_name_lists_the_known_ones() -> None:
    """A slip of the pen is answered with the nearest name and all the others."""
    with pytest.raises(ScenarioError, match="did you mean 'regression'") as refused:
        find_scenario("regresion")

    assert "regression-slow-webhooks" in str(refused.value)


def test_every_scenario_of_the_catalogue_is_whole() -> None:
    """The catalogue is walked: names are those of the files, and only known invariants are asked for."""
    known = {rule.id for rule in every_invariant()}

    for scenario in catalogue():
        assert scenario.path is not None
        assert scenario.name == scenario.path.stem
        assert set(scenario.expect.exercises) <= known


def test_every_invariant_has_a_scenario_that_makes_it_bite() -> None:
    """Nothing is judged that no scenario puts to the test."""
    exercised = {name for scenario in catalogue() for name in scenario.expect.exercises}

    assert exercised == {rule.id for rule in every_invariant()}


def test_the_gate_has_the_regression_journey_in_its_four_worlds() -> None:
    """As it is, late, doubled and overtaken; the plain one first."""
    names = [scenario.name for scenario in catalogue() if scenario.gate]

    assert names[0] == "regression"
    assert {"regression-slow-webhooks", "regression-duplicates", "regression-open-overtaken"} <= set(names)


def refusal_of(path: Path) -> str:
    """Why the file is refused; empty when it is read."""
    try:
        load_scenario(path)
    except ScenarioError as refused:
        return str(refused)
    return ""


keys = st.sampled_from(["name", "description", "seed", "world", "journey", "channels", "expect", "gate", "other"])
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", "4s", "never", "regression"])),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(keys, inner, max_size=2)),
    max_leaves=5,
)


@settings(deadline=None, max_examples=200)
@given(content=st.dictionaries(keys, values, max_size=5))
def test_every_file_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, object]
) -> None:
    """Whatever somebody writes, there is a scenario or a sentence, never a traceback."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yaml.safe_dump(content))

    refusal = refusal_of(path)

    assert refusal == "" or (refusal.startswith(f"{path}:") and "\n" not in refusal)
