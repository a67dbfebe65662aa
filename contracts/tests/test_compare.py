"""Values are compared field by field; only what is new in every run by nature may differ."""

from copy import deepcopy

import pytest

from contracts.align import Difference, Kind, field_paths
from contracts.compare import Context, differences, learn
from contracts.links import Links
from contracts.recording import Json

UUID_A, UUID_B = "6f86c6e3-150f-4030-8f3e-f04e7d46a9a0", "0a86c6e3-150f-4030-8f3e-f04e7d46a9ff"
CODE_A, CODE_B = "2@aaaa,bbbb,cccc,dddd", "2@eeee,ffff,gggg,hhhh"


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("2026-11-22T12:50:18.935Z", "2027-01-02T03:04:05.678Z"),
        ("data:image/png;base64,<png>", "data:image/png;base64,iVBORw0KGgo="),
        (UUID_A, UUID_B),
        (CODE_A, CODE_B),
        ({"whatsappWebVersion": "2.3000.1"}, {"whatsappWebVersion": "2.3000.2"}),
        ({"messageTimestamp": 1795353210}, {"messageTimestamp": 1800000000}),
        ({"pairingCode": "ABCD1234"}, {"pairingCode": "WXYZ9876"}),
        ({"manager": "http://127.0.0.1:58180/manager"}, {"manager": "http://127.0.0.1:4000/manager"}),
        ('{"date":"2026-11-22T12:50:18.935Z"}', '{"date":"2027-11-22T12:50:18.935Z"}'),
        ("\nInvalid `this.prisma.webhook.upsert()` invocation in\n…", "some other text"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_what_is_new_in_every_run_may_differ(expected: Json, got: Json) -> None:
    """Identifiers, times, pictures and database texts are compared by their shape."""
    found = differences(expected, got, Context())

    assert found == ()


@pytest.mark.parametrize(
    ("expected", "got", "kind", "path"),
    [
        ({"state": "open"}, {"state": "close"}, Kind.VALUE, "state"),
        ({"a": {"b": None}}, {"a": {}}, Kind.MISSING, "a.b"),
        ({"a": {}}, {"a": {"b": None}}, Kind.EXTRA, "a.b"),
        ({"code": 401}, {"code": "401"}, Kind.TYPE, "code"),
        ({"code": 1}, {"code": 1.0}, Kind.TYPE, "code"),
        ({"count": 1}, {"count": True}, Kind.TYPE, "count"),
        ({"number": None}, {"number": ""}, Kind.TYPE, "number"),
        ([["a", "b"]], [["a"]], Kind.MISSING, "[0][1]"),
        (["a", "b"], ["b", "a"], Kind.VALUE, "[0]"),
        ("2026-11-22T12:50:18.935Z", "2026-11-22T12:50:18+00:00", Kind.VALUE, ""),
        (UUID_A, UUID_B.upper(), Kind.VALUE, ""),
        ({"count": 1795353210}, {"count": 1795353211}, Kind.VALUE, "count"),
        ('{"a":"b"}', '{"a":"c"}', Kind.VALUE, '["(json)"].a'),
        ("\nInvalid `a.b()` invocation", "", Kind.VALUE, ""),
    ],
)
def test_a_difference_is_found_with_its_path(expected: Json, got: Json, kind: Kind, path: str) -> None:
    """A changed literal, a type, a key too few or too many: each is found, once, where it is."""
    found = differences(expected, got, Context())

    assert [(difference.kind, difference.path) for difference in found][:1] == [(kind, path)]


def test_an_identifier_has_one_partner() -> None:
    """Two places with the same identifier must be filled with the same one."""
    context = Context()
    learn({"id": UUID_A}, {"id": UUID_B}, context)

    found = differences({"id": UUID_A}, {"id": UUID_A.replace("6", "7")}, context)

    assert [difference.kind for difference in found] == [Kind.IDENTITY]


def test_two_identifiers_do_not_share_a_partner() -> None:
    """What was two things in the recording is two things in the replay."""
    context = Context()
    learn({"id": UUID_A}, {"id": UUID_B}, context)

    found = differences({"id": UUID_A.replace("6", "7")}, {"id": UUID_B}, context)

    assert [difference.kind for difference in found] == [Kind.IDENTITY]


def test_identifiers_inside_texts_are_translated() -> None:
    """A text that names an identifier is compared with the partner in its place."""
    context = Context()
    learn({"id": UUID_A}, {"id": UUID_B}, context)

    found = differences(f'Instance "{UUID_A}" not found', f'Instance "{UUID_B}" not found', context)

    assert found == ()


def test_what_the_client_gave_comes_back_as_it_was() -> None:
    """A value that looks new in every run is a literal when the client itself had sent it."""
    context = Context(given=frozenset({UUID_A, 1795353320}))
    expected = {"token": UUID_A, "messageTimestamp": 1795353320}

    found = differences(expected, {"token": UUID_B, "messageTimestamp": 1795353321}, context)

    assert [difference.path for difference in found] == ["token", "messageTimestamp"]


def test_addresses_of_the_sink_are_translated() -> None:
    """The recorded sink had another port."""
    context = Context(Links({"http://127.0.0.1:58190": "http://127.0.0.1:4000"}))

    found = differences("http://127.0.0.1:58190/wh/a", "http://127.0.0.1:4000/wh/a", context)

    assert found == ()


def test_rows_of_instances_have_no_order() -> None:
    """Instance rows are compared by name, since the database gives them in any order."""
    rows = [{"name": name, "connectionStatus": "close"} for name in ("a", "b")]

    found = differences(rows, list(reversed(rows)), Context())

    assert found == ()


def test_what_could_not_be_reached_says_nothing() -> None:
    """Keys that depend on a step that could not be replayed are left out."""
    context = Context(beyond={"_count"})

    found = differences({"_count": {"Message": 1}}, {"_count": {"Message": 0}}, context)

    assert found == ()


def test_long_values_are_shown_short() -> None:
    """A difference shows a bounded part of what it found."""
    found = differences("a" * 1000, "b" * 1000, Context())

    assert found == (Difference(Kind.VALUE, "", "a" * 160 + "…", "b" * 160 + "…"),)


def test_every_place_has_its_path_and_type() -> None:
    """Paths name objects, arrays and leaves."""
    value = {"a": [None, {"b": 1.5}], "c": True}

    found = dict(field_paths(deepcopy(value)))

    assert found == {
        "": "object",
        "a": "array",
        "a[0]": "null",
        "a[1]": "object",
        "a[1].b": "fraction",
        "c": "boolean",
    }


@pytest.mark.parametrize(
    ("key", "got", "same"),
    [
        ("mediaKey", {"0": 9, "1": 8}, True),
        ("mediaKey", {"0": 9}, False),
        ("jpegThumbnail", {"0": 1, "1": 2}, True),
        ("jpegThumbnail", {"0": 9, "1": 8}, False),
    ],
)
def test_bytes_of_chance_are_compared_by_length(key: str, got: Json, same: bool) -> None:  # noqa: FBT001  expectation
    """Keys and hashes may be any bytes of the same length; other bytes are the same ones."""
    found = differences({key: {"0": 1, "1": 2}}, {key: got}, Context())

    assert (found == ()) is same


def test_bytes_that_the_phone_gave_come_back() -> None:
    """A key that an injection put in is no chance: it must be the same."""
    given = Context(given=frozenset({"AQI="}))

    found = differences({"mediaKey": {"0": 1, "1": 2}}, {"mediaKey": {"0": 9, "1": 8}}, given)

    assert [difference.path for difference in found] == ["mediaKey"]
