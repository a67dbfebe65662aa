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
from contracts.recording import Json, Recording, Request, Webhook

RECORDINGS = load_recordings()
BYPASS = ("/chat/whatsappNumbers", 400)
"""The one route here that does not use the error handler once the guards have let the call pass."""


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_recorded_webhooks_validate(recording: Recording) -> None:
    """Every recorded webhook fits the schema of its event, or at least the envelope."""
    bodies = [step.body for step in recording.of(Webhook) if step.body is not None]

    found = [violation for body in bodies for violation in violations(event_schema(body["event"]), body)]

    assert found == []


def event_schema(event: str) -> str:
    """The schema of an event; events without one have the envelope."""
    return f"events/{event}" if f"events/{event}" in schema_names() else "webhook"


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_recorded_answers_validate(recording: Recording) -> None:
    """Every recorded answer fits the schema of its route, every refusal the one of errors."""
    judged = [(answer_schema(step), step) for step in recording.of(Request)]

    found = [text for name, step in judged if name in schema_names() for text in violations(name, step.response)]

    assert found == []


def answer_schema(step: Request) -> str:
    """The schema an answer must fit."""
    if step.status >= 400:
        return "bypass" if (step.action, step.status) == BYPASS else "error"
    return f"answers/{(step.action or '/root')[1:].replace('/', '.')}"


def test_body_schemas_refuse_what_the_server_refused() -> None:
    """A body schema finds fault with exactly those bodies the real server answered with failing rules."""
    steps = [step for recording in RECORDINGS for step in recording.of(Request) if step.raw is None]
    judged = [(body_schema(step), step) for step in steps if step.status not in {401, 403, 404}]

    wrong = [
        (step.path, step.body)
        for name, step in judged
        if name in schema_names() and bool(violations(name, step.body or {})) != refused_by_schema(step)
    ]

    assert wrong == []


def body_schema(step: Request) -> str:
    """The schema a body must fit."""
    return f"bodies/{(step.action or '/')[1:].replace('/', '.')}"


def refused_by_schema(step: Request) -> bool:
    """Failing schema rules are an array in the array of messages."""
    return bool(step.status == 400 and isinstance(step.response["response"]["message"][0], list))


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
    with pytest.raises(RecordingError, match=r"no recording of family 'conect'; known: auth, connect, create"):
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
