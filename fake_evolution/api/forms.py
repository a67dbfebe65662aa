"""Multipart forms, as the real server's parser reads them on the routes that take a file.

It takes one file, named `file`; text fields become the body, a name that comes twice an array.
"""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP
from typing import Any

from aiohttp import hdrs, web

from fake_evolution.answers import native_error

_KIND = "multipart/form-data"
_FILE = "file"


async def read_form(request: web.Request) -> tuple[dict[str, Any], bytes | None]:
    """The text fields and the file of a form; nothing of another body."""
    if request.content_type != _KIND or not request.body_exists:
        return {}, None
    if "boundary=" not in request.headers[hdrs.CONTENT_TYPE]:
        raise native_error("Multipart: Boundary not found")
    fields: dict[str, Any] = {}
    file: bytes | None = None
    for part in _parts(request.headers[hdrs.CONTENT_TYPE], await request.read()):
        name, data = str(part.get_param("name", "", "content-disposition")), part.get_payload(decode=True)
        octets = data if isinstance(data, bytes) else b""
        if part.get_filename() is None:
            _add(fields, name, octets.decode("utf-8", "replace"))
        elif name != _FILE or file is not None:
            raise native_error("Unexpected field")
        else:
            file = octets
    return fields, file


def _parts(content_type: str, octets: bytes) -> "Iterator[Message[str, str]]":
    """The parts of a form, in order."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    whole = message_from_bytes(head + octets, policy=HTTP)
    if not whole.is_multipart():
        raise native_error("Unexpected end of form")
    return (part for part in whole.walk() if part is not whole)


def _add(fields: dict[str, Any], name: str, value: str) -> None:
    plain = name.removesuffix("[]")
    if plain not in fields:
        fields[plain] = [value] if name != plain else value
        return
    known = fields[plain]
    fields[plain] = [*known, value] if isinstance(known, list) else [known, value]
