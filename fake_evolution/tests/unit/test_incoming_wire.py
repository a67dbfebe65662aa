"""Tests of how values of WhatsApp's protocol are written as JSON."""

import pytest

from fake_evolution.domain.protocol import decoded, has_room_for_context
from fake_evolution.domain.wire import Long, Named, Wire, protobuf_json, stored, written

TREE = {"mediaKey": b"\x01\xff", "fileLength": Long(51234, unsigned=True), "type": Named(1, "PARENT"), "rows": []}


def test_events_show_bytes_by_number_and_long_numbers_in_halves() -> None:
    """In events bytes are objects with numeric keys, 64-bit numbers have two halves, enums are numbers."""
    shown = written(TREE)

    assert shown == {
        "mediaKey": {"0": 1, "1": 255},
        "fileLength": {"low": 51234, "high": 0, "unsigned": True},
        "type": 1,
        "rows": [],
    }


def test_database_gives_bytes_as_base64_and_short_keys_first() -> None:
    """The database orders keys by length, then by alphabet, at every depth."""
    shown = stored({"remoteJid": "x", "id": {"bb": 1, "a": 2}, "fromMe": b"\x01\xff"})

    assert shown == {"id": {"a": 2, "bb": 1}, "fromMe": "Af8=", "remoteJid": "x"}
    assert list(shown) == ["id", "fromMe", "remoteJid"]
    assert list(shown["id"]) == ["a", "bb"]


def test_protocol_library_writes_digits_names_and_no_empty_lists() -> None:
    """The library's own JSON has 64-bit numbers as texts and enums by name; older servers use it everywhere."""
    expected = {"mediaKey": "Af8=", "fileLength": "51234", "type": "PARENT"}

    assert protobuf_json(TREE) == expected
    assert written(TREE, Wire.PROTOBUF_JSON) == expected


@pytest.mark.parametrize(
    ("number", "low", "high"),
    [(0, 0, 0), (-1, -1, -1), (2**31, -(2**31), 0), (2**32, 0, 1), (1_760_000_000_000, -936_591_360, 409)],
)
def test_halves_are_signed(number: int, low: int, high: int) -> None:
    """Both halves of a 64-bit number are signed 32-bit numbers."""
    assert Long(number).parts() == {"low": low, "high": high, "unsigned": False}


def test_decoding_knows_the_types_of_fields() -> None:
    """Repeated fields appear empty and first; bytes and 64-bit numbers are recognised, at any depth."""
    image = {"imageMessage": {"mediaKey": {"$b64": "AQ=="}, "fileLength": 7}}

    found = decoded({"viewOnceMessageV2": {"message": image}})

    inner = found["viewOnceMessageV2"]["message"]["imageMessage"]
    assert list(inner) == ["interactiveAnnotations", "scanLengths", "annotations", "mediaKey", "fileLength"]
    assert (inner["mediaKey"], inner["fileLength"]) == (b"\x01", Long(7, unsigned=True))


def test_decoding_drops_what_is_null() -> None:
    """A field that is null is as if it were not there."""
    assert decoded({"conversation": "Oi", "imageMessage": None}) == {"conversation": "Oi"}


def test_only_some_kinds_have_room_for_a_context() -> None:
    """A reaction can quote nothing, a location can; of an unknown kind nothing is known."""
    kinds = ("reactionMessage", "locationMessage", "viewOnceMessageV2", "noSuchMessage")

    assert [has_room_for_context(kind) for kind in kinds] == [False, True, False, False]
