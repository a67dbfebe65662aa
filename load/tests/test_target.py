"""Tests of the target file."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.errors import TargetError
from load.target import Patience, Target, read_target, target_from

GOOD: dict[str, Any] = {"adapter": "echo", "url": "http://127.0.0.1:3100"}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def test_what_is_not_given_has_a_default() -> None:
    """Adapter and URL are enough."""
    assert target_from(GOOD) == Target(adapter="echo", url="http://127.0.0.1:3100")


def test_everything_can_be_given(tmp_path: Path) -> None:
    """A file with all of it becomes a value with all of it."""
    path = tmp_path / "target.json"
    given_ = {
        **GOOD,
        "credentials": {"email": "a@example.com", "password": "secret"},
        "control_url": "http://localhost:8080/__fake__",
        "clock_origin": 12.5,
        "seed": 3,
        "channels": 200,
        "arrivals_per_s": 2.5,
        "profile": "poisson",
        "journey": {"qr_s": 20, "again": True},
    }
    path.write_text(json.dumps(given_))

    target = read_target(path)

    assert (target.channels, target.clock_origin, target.profile) == (200, 12.5, "poisson")
    assert target.journey == Patience(qr_s=20.0, again=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": None}, "url is None; legal: a text"),
        ({"url": "ftp://127.0.0.1"}, "legal: http://HOST:PORT"),
        ({"url": "http://198.51.100.7:80"}, "'198.51.100.7', which is not this machine"),
        ({"control_url": "https://fake.example"}, "'fake.example', which is not this machine"),
        ({"control_url": 7}, "control_url is 7; legal: a text or null"),
        ({"chanels": 7}, "unknown key 'chanels'; known: adapter, url"),
        ({"channels": 0}, "channels is 0; legal: a whole number from 1"),
        ({"channels": True}, "channels is True; legal: a whole number"),
        ({"channels": 1e9}, "legal: a whole number"),
        ({"arrivals_per_s": -1}, "arrivals_per_s is -1; legal: a number from 0.001"),
        ({"profile": "square"}, "profile is 'square'; known: constant, poisson"),
        ({"journey": []}, "journey is list; legal: an object"),
        ({"journey": {"qr": 1}}, "journey has the unknown key 'qr'; known: qr_s"),
        ({"journey": {"qr_s": "long"}}, r"journey\.qr_s is 'long'; legal: a number from 0 to 3600"),
        ({"journey": {"again": 1}}, r"journey\.again is 1; legal: true, false"),
        ({"credentials": {"email": "a"}}, "email and password"),
        ({"allow_hosts": "all"}, "a list of host names"),
    ],
)
def test_a_wrong_target_is_refused(change: dict[str, Any], said: str) -> None:
    """Each refusal names the key, what was found and what would be legal."""
    with pytest.raises(TargetError, match=said):
        target_from({**GOOD, **change})


def test_another_machine_has_to_be_named_twice() -> None:
    """Load on somebody else's machine is never an accident."""
    away = {**GOOD, "url": "https://staging.example", "allow_hosts": ["staging.example"]}

    assert target_from(away).url == "https://staging.example"


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), ("{", "is no JSON"), ("[]", "target is list; legal: an object")]
)
def test_a_file_that_is_none_is_said_plainly(tmp_path: Path, content: str | None, said: str) -> None:
    """A missing or broken file is one clear line."""
    path = tmp_path / "target.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(TargetError, match=said):
        read_target(path)


@given(st.dictionaries(st.sampled_from([*Target.__slots__, "other"]), JSON, max_size=6))
def test_any_json_is_a_target_or_refused(change: dict[str, Any]) -> None:
    """Nothing that can stand in a file gets past the check and fails later."""
    try:
        target = target_from({**GOOD, **change})
    except TargetError:
        return

    assert isinstance(target, Target)
    assert target.journey.journey_s_max > 0


def test_the_longest_journey_covers_every_wait() -> None:
    """A second connection doubles what a journey may take."""
    once, twice = Patience(), Patience(again=True)

    assert once.journey_s_max > once.qr_s + once.connected_s + once.disconnected_s
    assert twice.journey_s_max > 2 * (once.qr_s + once.connected_s + once.disconnected_s)
