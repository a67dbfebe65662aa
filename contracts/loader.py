"""Reads schemas and recordings from disk and says in one line what is wrong with them."""

import json
from functools import cache
from pathlib import Path

import jsonschema_rs

from contracts.errors import RecordingError, SchemaError
from contracts.recording import Json, Recording, recording_from

SCHEMAS = Path(__file__).parent / "schemas"
GOLDENS = Path(__file__).parent / "golden"
SUFFIX = ".schema.json"
_BASE = "contract:///"
_FORMAT = f"contracts/schemas/recording{SUFFIX}"


@cache
def schema_names() -> tuple[str, ...]:
    """Every schema by its path under `schemas/`, without the suffix: `events/qrcode.updated`."""
    files = sorted(SCHEMAS.rglob(f"*{SUFFIX}"))
    return tuple(str(file.relative_to(SCHEMAS).as_posix()).removesuffix(SUFFIX) for file in files)


@cache
def schema(name: str) -> dict[str, Json]:
    """The schema document of that name."""
    if name not in schema_names():
        raise SchemaError(f"no schema is called {name!r}; known: {', '.join(schema_names())}")
    document = json.loads((SCHEMAS / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
    assert isinstance(document, dict)  # noqa: S101  our own files
    return document


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry(
        [(f"{_BASE}{name}{SUFFIX}", schema(name)) for name in schema_names()],
        draft=jsonschema_rs.Draft202012,
    )


@cache
def validator(name: str, part: str = "") -> jsonschema_rs.Draft202012Validator:
    """A validator that resolves references between the schemas; built once a name, or a part: `/properties/data`."""
    schema(name)
    whole_or_part = {"$ref": f"{_BASE}{name}{SUFFIX}#{part}"}
    return jsonschema_rs.Draft202012Validator(whole_or_part, registry=_registry())


def violations(name: str, value: Json, *, part: str = "") -> tuple[str, ...]:
    """What the schema of that name, or a part of it, finds wrong with the value, each with its path."""
    return tuple(
        f"{'.'.join(str(step) for step in error.instance_path) or '(top)'}: {error.message}"
        for error in validator(name, part).iter_errors(value)
    )


def load_recording(path: Path) -> Recording:
    """Reads one recorded scenario."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RecordingError(f"{path} is not JSON: {error}; a recording is one JSON object") from error
    found = violations("recording", document)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise RecordingError(f"{path} is not a recording: {_short(found[0])}{more}; see {_FORMAT}")
    return recording_from(document)


def _short(text: str, characters_max: int = 200) -> str:
    """One line of bounded length, however large the offending value is; the end says what was expected."""
    line = " ".join(text.split())
    half = characters_max // 2
    return line if len(line) <= characters_max else f"{line[:half]} … {line[-half:]}"


def load_recordings(
    folder: Path = GOLDENS, *, family: str | None = None, name: str | None = None
) -> tuple[Recording, ...]:
    """Every recorded scenario of a folder, or those of one family, or the one of a name."""
    if not folder.is_dir():
        raise RecordingError(f"{folder} is not a folder; give a folder that holds recordings (*.json)")
    recordings = tuple(load_recording(path) for path in sorted(folder.glob("*.json")))
    if not recordings:
        raise RecordingError(f"{folder} holds no recording; a recording is a *.json file, see {_FORMAT}")
    _check_known("family", family, {recording.family for recording in recordings})
    _check_known("name", name, {recording.name for recording in recordings})
    return tuple(
        recording for recording in recordings if family in {None, recording.family} and name in {None, recording.name}
    )


def _check_known(what: str, wanted: str | None, known: set[str]) -> None:
    if wanted is not None and wanted not in known:
        raise RecordingError(f"no recording of {what} {wanted!r}; known: {', '.join(sorted(known))}")
