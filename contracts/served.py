"""Files that the recorded server fetched from the sink: the ones that the recording itself holds as base64."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from contracts.recording import Json, Recording, Request

PREFIX = "/media/"
"""Where the sink of a recording had its files."""

BEGINNINGS: Mapping[str, bytes] = {
    ".png": b"\x89PNG",
    ".jpg": b"\xff\xd8",
    ".pdf": b"%PDF",
    ".wav": b"RIFF",
    ".ogg": b"OggS",
    ".mp3": b"ID3",
}


def file_at(recording: Recording, path: str) -> bytes | None:
    """The file that a path asks for, known by how such files begin; None when the recording has none."""
    name = PurePosixPath(path.split("?", maxsplit=1)[0])
    beginning = BEGINNINGS.get(name.suffix)
    if beginning is None or name.stem == "missing":
        return None
    return next((file for file in _files(recording) if file.startswith(beginning)), None)


def _files(recording: Recording) -> Iterator[bytes]:
    for request in recording.of(Request):
        for text in _texts(request.body):
            try:
                yield b64decode(text, validate=True)
            except binascii.Error:
                continue


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, str):
        yield value
