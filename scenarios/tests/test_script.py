"""Scripts: what a scenario file says about steps, read, refused and written."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.loader import schema, violations
from scenarios.dsl import Moment, Scenario, Step
from scenarios.errors import ScenarioError
from scenarios.scenario_file import catalogue, load_scenario, parse_scenario
from scenarios.scenario_writing import scenario_mapping, scenario_text
from scenarios.script import action_of, read_script, step_mapping
from scenarios.stack.controls import Link
from scenarios.step_guide import script_schema, sentence, step_table
from scenarios.steps.base import steps
from scenarios.steps.latency import Latency

README = Path(__file__).parents[1] / "README.md"
WHOLE = """\
description: Things happen.
script:
  - {at: connected, after: 500ms, do: receive-messages, count: 3, same_text: true}
  - {at: qr, do: kill-backend, once: true, down: 2s}
  - at: end
    do: latency
    link: backend-to-redis
    delay: 250ms
"""
TIMES = st.floats(1e-3, 3600.0) | st.just(0.0)


def test_a_script_becomes_plain_values(tmp_path: Path) -> None:
    """Moments, times and arguments are read by their types; what is not given is left out."""
    path = tmp_path / "things.yaml"
    path.write_text(WHOLE)

    script = load_scenario(path).script

    assert script == (
        Step(Moment.CONNECTED, "receive-messages", after_s=0.5, args={"count": 3, "same_text": True}),
        Step(Moment.QR, "kill-backend", once=True, args={"down_s": 2.0}),
        Step(Moment.END, "latency", args={"link": Link.BACKEND_TO_REDIS, "delay_s": 0.25}),
    )
    assert action_of(script[2]) == Latency(Link.BACKEND_TO_REDIS, delay_s=0.25, for_s=3.0)


@pytest.mark.parametrize(
    ("found", "instead", "says"),
    [
        ("at: qr", "at: qrs", ":4: script[1].at is 'qrs'; legal: start, created, started, qr, scanned, connected,"),
        ("at: qr, ", "", ":4: script[1] lacks 'at'; legal: start, created"),
        (
            "do: kill-backend",
            "do: kil-backend",
            ":4: script[1].do is no step: unknown step 'kil-backend'; did you mean",
        ),
        ("do: kill-backend, ", "", ":4: script[1] lacks 'do'; legal: acks"),
        ("down: 2s", "down: 2", ":4: script[1].down is 2; legal: a time with its unit"),
        ("down: 2s", "count: 2", ":4: script[1].count is no key of a scenario: unknown key 'count'"),
        ("count: 3", "count: 0", ":3: script[0].count is 0; legal: a whole number from 1 to 1000"),
        ("same_text: true", "same_text: 1", ":3: script[0].same_text is 1; legal: true or false"),
        ("after: 500ms", "after: 2h", ":3: script[0].after is '2h'; legal: at most 3600 s"),
        ("once: true", "once: yes please", ":4: script[1].once is 'yes please'; legal: true or false"),
        ("link: backend-to-redis", "link: redis", ":7: script[2].link is 'redis'; legal: evolution-to-backend"),
        ("    link: backend-to-redis\n", "", ":5: script[2] lacks 'link', without which latency cannot be done"),
        ("script:", "script: {}\nworld: {}\nchannels:", ":2: script is {}; legal: a list of at most 100 steps"),
    ],
)
def test_a_wrong_step_is_refused_with_line_path_and_what_is_legal(
    tmp_path: Path, found: str, instead: str, says: str
) -> None:
    """One line says where it is, what was found and what would be right."""
    path = tmp_path / "things.yaml"
    assert found in WHOLE
    path.write_text(WHOLE.replace(found, instead, 1))

    with pytest.raises(ScenarioError) as refused:
        load_scenario(path)

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@given(
    st.builds(
        Step,
        at=st.sampled_from(Moment),
        do=st.just("latency"),
        after_s=TIMES,
        once=st.booleans(),
        args=st.fixed_dictionaries({"link": st.sampled_from(Link), "delay_s": TIMES}),
    )
)
def test_a_step_survives_the_way_through_a_file(step: Step) -> None:
    """What is written is read as the very same step."""
    text = yaml.safe_dump([step_mapping(step)])

    assert read_script(yaml.safe_load(text), "script") == (step,)


@pytest.mark.parametrize("scenario", catalogue(), ids=lambda one: one.name)
def test_every_scenario_survives_the_way_through_a_file(scenario: Scenario) -> None:
    """Written and read again, each scenario of the catalogue is the same, and still fits the schema."""
    mapping = yaml.safe_load(scenario_text(scenario))

    assert scenario.path is not None
    assert parse_scenario(mapping, path=scenario.path) == scenario
    assert mapping == scenario_mapping(scenario)
    assert violations("scenario", mapping) == ()


def test_the_schema_for_editors_has_every_step() -> None:
    """What the schema says about scripts is what the steps say of themselves."""
    assert schema("scenario")["properties"]["script"] == script_schema()


def test_the_schema_accepts_and_refuses_what_the_reader_does() -> None:
    """A right script fits; an argument of another step does not."""
    right = yaml.safe_load(WHOLE)
    wrong = yaml.safe_load(WHOLE.replace("down: 2s", "count: 2"))

    assert violations("scenario", right) == ()
    assert violations("scenario", wrong) != ()


@pytest.mark.parametrize("name", steps.names())
def test_every_step_is_a_frozen_value_with_a_sentence(name: str) -> None:
    """Its arguments are its fields, and it says what it does."""
    kind = steps.find(name)

    parameters = getattr(kind, "__dataclass_params__", None)

    assert parameters is not None
    assert parameters.frozen
    assert sentence(name).endswith(".")


def test_the_readme_lists_every_step() -> None:
    """The table is the one that the steps make."""
    assert step_table() in README.read_text(encoding="utf-8")
