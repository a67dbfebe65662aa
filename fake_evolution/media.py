"""WhatsApp's media servers: the files that messages point to, by the path that stands in the message.

What was sent through the fake is kept and can be fetched again. Of a message that came from elsewhere nothing is known
but its path: a picture is then one and the same small picture, anything else cannot be had.
"""

import struct
import zlib
from collections.abc import Mapping
from typing import Any

from fake_evolution.errors import ThrownError

OCTETS_MAX = 64 * 2**20
_HOST = "https://mmg.whatsapp.net"
_SIDE = 10
_RED = b"\xff\x00\x00"


class MediaServers:
    """The files, newest last; when they are too many octets the oldest are forgotten."""

    def __init__(self, *, octets_max: int = OCTETS_MAX) -> None:
        self._files: dict[str, bytes] = {}
        self._octets_max = octets_max
        self._octets = 0

    def keep(self, path: str, data: bytes) -> None:
        """Store a file under its path."""
        self._octets += len(data) - len(self._files.pop(path, b""))
        self._files[path] = data
        while self._octets > self._octets_max:
            oldest = next(iter(self._files))
            self._octets -= len(self._files.pop(oldest))

    def fetch(self, kind: str, media: Mapping[str, Any]) -> bytes:
        """The file of a message part such as `imageMessage`; ThrownError when it cannot be had."""
        path = str(media.get("directPath"))
        if path in self._files:
            return self._files[path]
        if kind == "imageMessage":
            return red_square()
        raise ThrownError(f"Failed to fetch stream from {media.get('url') or _HOST + path}")


def red_square() -> bytes:
    """The picture that every simulated phone sends: a PNG of 10 x 10 red pixels."""
    lines = (b"\x00" + _RED * _SIDE) * _SIDE
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(lines)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
