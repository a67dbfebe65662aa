"""Whatever stands in a world file, it is a world or a ConfigError that says where."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fake_evolution import API_FAULTS, FAULTS, ConfigError, World
from fake_evolution.behaviours.values import ACTS, Shown
from fake_evolution.schedule import schedule
from fake_evolution.server_settings import from_environment
from fake_evolution.server_variables import KNOWN_VARIABLES

QUICK = settings(max_examples=150, deadline=None)
# As many as the environment asks for: `WORLDS=10000` is the long run.
MANY = settings(max_examples=int(os.environ.get("WORLDS", "100")), deadline=None)
KEYS = [
    *("profile", "whatsapp", "server", "faults", "env", "fault", "name", "probability", "select", "event"),
    *("instance", "state", "nth", "attempt", "delay", "jitter", "copies", "gap", "past", "hold_max"),
    *("qr_first", "qr_interval", "qr_refs", "not_on_whatsapp", "QRCODE_LIMIT", "TZ"),
]
TEXTS = ["delay", "drop", "duplicate", "reorder", "2.3.6", "4s", "800ms", "never", "-1s", "*", "", "true"]
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.dates(), st.sampled_from(TEXTS)
)
keys = st.sampled_from(KEYS) | st.text(max_size=3) | st.integers() | st.none()
anything = st.recursive(
    scalars, lambda part: st.lists(part, max_size=4) | st.dictionaries(keys, part, max_size=4), max_leaves=12
)
# Near misses: the right shape with anything in it finds more than mere noise.
rule_rows = st.fixed_dictionaries(
    {"fault": st.sampled_from([*FAULTS, *API_FAULTS]) | anything},
    optional={
        "name": anything,
        "probability": st.floats(0, 1) | anything,
        "select": st.dictionaries(st.sampled_from(["event", "instance", "state", "nth", "attempt"]), anything),
        **{name: st.sampled_from(["4s", "never"]) | anything for name in ("delay", "jitter", "gap", "hold_max")},
        **{name: st.integers(0, 3) | anything for name in ("copies", "past")},
    },
)
times = st.sampled_from(["1s", "never", "300ms"]) | st.fixed_dictionaries({"uniform": st.just(["1s", "3s"]) | anything})
acts = st.fixed_dictionaries(
    {"does": st.sampled_from(list(ACTS)) | anything, "at": times | anything},
    optional={"for": times, "times": st.integers(0, 3), "count": st.integers(0, 3), "every": times, "code": anything},
)
scans = st.fixed_dictionaries(
    {}, optional={"after": times, "nth_qr": st.integers(0, 40), "code": st.sampled_from(list(Shown)) | anything}
)
phone_rows = st.fixed_dictionaries(
    {"name": st.text(max_size=3) | anything},
    optional={"scan": scans | anything, "then": st.lists(acts, max_size=3) | anything, "select": anything},
)
near_worlds = st.fixed_dictionaries(
    {},
    optional={
        "profile": st.just("2.3.6") | anything,
        "whatsapp": st.dictionaries(st.sampled_from(["qr_first", "qr_refs", "not_on_whatsapp"]), anything) | anything,
        "server": st.fixed_dictionaries({"env": anything}) | anything,
        "faults": st.lists(rule_rows, max_size=3) | anything,
        "phones": st.lists(phone_rows, max_size=2) | anything,
    },
)


def outcome(read: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """The value that was read, or the sentence of its refusal."""
    try:
        return read(*given, **named)
    except ConfigError as refusal:
        return str(refusal)


@QUICK
@given(anything | near_worlds)
def test_mapping_is_a_world_or_refused_with_its_path(mapping: Any) -> None:
    """No mapping ends in another exception, and a world that was accepted can be told in JSON."""
    world = outcome(World.from_mapping, mapping, path="file.yaml")

    if isinstance(world, str):
        assert world.startswith("file.yaml")
        assert world.isprintable()
    else:
        assert orjson.loads(orjson.dumps(world.describe()))["profile"] == "2.3.6"


@QUICK
@given(near_worlds)
def test_refusal_is_always_the_same(mapping: Any) -> None:
    """Reading a mapping twice gives the same world or the same sentence, and leaves the mapping alone."""
    before = repr(mapping)

    first, second = outcome(World.from_mapping, mapping), outcome(World.from_mapping, mapping)

    assert first == second
    assert repr(mapping) == before


@QUICK
@given(st.dictionaries(st.sampled_from(sorted(KNOWN_VARIABLES)), st.text(max_size=8)))
def test_variables_are_settings_or_refused_by_name(variables: dict[str, str]) -> None:
    """Any value of any variable gives settings, or a sentence that begins with a variable's name."""
    found = outcome(from_environment, variables)

    if isinstance(found, str):
        assert found.split(" ")[0] in variables
    else:
        assert found.retry.attempts_max >= 0


@given(st.text(max_size=8))
def test_unknown_key_is_named(key: str) -> None:
    """A key that the file may not have is told with the ones that it may have."""
    assume(key not in KEYS)

    with pytest.raises(ConfigError, match=r"\(known: faults, phones, profile, server, whatsapp\)$"):
        World.from_mapping({key: None})


@MANY
@given(near_worlds)
def test_world_is_run_or_refused(mapping: Any) -> None:
    """What is accepted can be lived in, comes back from its own file, and makes no trouble of the fake's own."""
    world = outcome(World.from_mapping, mapping)
    if not isinstance(world, World):
        assert str(world).startswith("world")
        return

    plan = outcome(lambda: list(schedule(replace(world, server={}), seed=1, instances=1)))

    assert World.from_mapping(world.to_mapping()) == world
    assert isinstance(plan, list) or plan.startswith("world")
