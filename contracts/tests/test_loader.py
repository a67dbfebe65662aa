"""The recordings and the schemas agree with each other, and wrong ones are refused in one line."""

import json
from pathlib import Path

import pytest

from contracts.errors import RecordingError, SchemaError
from contracts.loader import (
    GOLDENS,
    load_recording,
    load_recordings,
    schema,
    schema_names,
    validator,
    violations,
)
from contracts.recording import Json


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_one(name: str) -> None:
    """Every file under schemas/ is a schema whose references resolve."""
    validator(name)

    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"apikey": 5}, "apikey"),
        ({"date_time": "2026-11-22T10:00:00+00:00"}, "date_time"),
        ({"event": "connection.updated"}, "event"),
        ({"data": {"instance": "a", "state": "opened", "statusReason": 200}}, "data"),
        ({"id": "1"}, "(top)"),
    ],
)
def test_a_wrong_webhook_is_found(change: dict[str, Json], path: str) -> None:
    """A webhook with one wrong field does not validate, and the violation names the field."""
    webhook = {
        "event": "connection.update",
        "instance": "a",
        "data": {"instance": "a", "state": "connecting", "statusReason": 200},
        "destination": "http://127.0.0.1/",
        "date_time": "2026-11-22T10:00:00.000Z",
        "server_url": "http://localhost:8080",
        "apikey": None,
    }

    found = violations("events/connection.update", webhook | change)

    assert violations("events/connection.update", webhook) == ()
    assert [text.split(":")[0] for text in found] == [path]


def test_an_unknown_schema_names_the_known_ones() -> None:
    """Asking for a schema that does not exist lists those that do."""
    with pytest.raises(SchemaError, match=r"no schema is called 'events/qr'; known: .*events/qrcode\.updated"):
        violations("events/qr", {})


def test_a_missing_folder_is_one_clear_line(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(RecordingError, match="is not a folder; give a folder that holds recordings"):
        load_recordings(tmp_path / "none")


def test_an_empty_folder_is_one_clear_line(tmp_path: Path) -> None:
    """A folder without recordings says what a recording is."""
    with pytest.raises(RecordingError, match="holds no recording"):
        load_recordings(tmp_path)


def test_an_unknown_family_names_the_known_ones() -> None:
    """A family that no recording has is refused with the list of families."""
    with pytest.raises(RecordingError, match=r"no recording of family 'conect'; known: auth, chat, connect"):
        load_recordings(family="conect")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a recording: (top)"),
        ('{"name": "a"}', "is not a recording: (top)"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    """A file that is not a recording is named with what is wrong with it, in one line."""
    file = tmp_path / "broken.json"
    file.write_text(text)

    with pytest.raises(RecordingError) as refused:
        load_recording(file)

    assert f"{file} {said}" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_broken_step_is_named_by_its_place(tmp_path: Path) -> None:
    """A wrong step is found by its position, however large the file is."""
    document = json.loads((GOLDENS / "root_get.json").read_text())
    document["steps"][1]["kind"] = "reqest"
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(document))

    with pytest.raises(RecordingError, match=r'steps\.1\.kind: "reqest" is not one of'):
        load_recording(file)
