"""Properties of the comparison: nothing is found in equal values, and every change is found where it was made."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.align import Octets, path_text, unfolded
from contracts.compare import Context, differences
from contracts.loader import load_recordings
from contracts.recording import Json, Request, Webhook

LEAVES = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="{"), max_size=8)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz", max_size=3), inner, max_size=4),
    max_leaves=20,
)


def keys_of(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all keys of all objects; bytes are one value, although they have a key for each."""
    if isinstance(value, dict) and not isinstance(unfolded(value), Octets):
        own = [(*path, key) for key in value]
        return own + [inner for key, item in value.items() for inner in keys_of(item, (*path, key))]
    if isinstance(value, list):
        return [inner for index, item in enumerate(value) for inner in keys_of(item, (*path, index))]
    return []


BODIES = [
    body
    for recording in load_recordings()
    for body in [step.response for step in recording.of(Request)] + [step.body for step in recording.of(Webhook)]
    if isinstance(body, dict) and keys_of(body)
]


@settings(deadline=None)
@given(VALUES)
def test_a_value_is_like_itself(value: Json) -> None:
    """Identity finds nothing, whatever the value."""
    found = differences(value, deepcopy(value), Context())

    assert found == ()


@settings(deadline=None)
@given(st.sampled_from(BODIES), st.data())
def test_a_lost_key_is_found_where_it_was(body: dict[str, Json], data: st.DataObject) -> None:
    """Whatever key a recorded body loses, the difference names its place."""
    path = data.draw(st.sampled_from(keys_of(body)))
    changed = deepcopy(body)

    del parent(changed, path)[path[-1]]

    assert path_text(path) in {found.path for found in differences(body, changed, Context())}


@settings(deadline=None)
@given(st.sampled_from(BODIES), st.data())
def test_a_changed_type_is_found_where_it_was(body: dict[str, Json], data: st.DataObject) -> None:
    """Whatever value of a recorded body changes its type, the difference names its place."""
    path = data.draw(st.sampled_from(keys_of(body)))
    changed = deepcopy(body)

    parent(changed, path)[path[-1]] = [] if not isinstance(parent(body, path)[path[-1]], list) else {}

    assert path_text(path) in {found.path for found in differences(body, changed, Context())}


def parent(value: Json, path: tuple[str | int, ...]) -> Any:
    """What holds the last step of the path."""
    for step in path[:-1]:
        value = value[step]
    return value
