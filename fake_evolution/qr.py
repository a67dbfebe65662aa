"""Real QR images: a pairing string drawn as the imitated server draws it.

Level H, margin 3, scale 4, dark modules #198754, RGBA. 237 characters make a symbol of version 16, so an image of
348 by 348 pixels. The PNG is written here, row by row with the filters that the real server's library chooses (Sub for
the first pixel row of a module row, Up for its copies) and run-length deflate, because the size of the data URL
(about 14 KB) is part of what a backend has to digest.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence

import segno

_MARGIN = 3
_SCALE = 4
_MASK = 2  # a fixed mask spares the search for the prettiest one: a sixth of the time, decodable all the same
_LIGHT = (255, 255, 255, 255)
_COLOR_DEFAULT = "#198754"


def qr_data_url(code: str, *, color: str = _COLOR_DEFAULT) -> str:
    """The PNG data URL that shows `code`."""
    return "data:image/png;base64," + b64encode(qr_png(code, color=color)).decode()


def qr_png(code: str, *, color: str = _COLOR_DEFAULT) -> bytes:
    """The PNG image that shows `code`."""
    symbol = segno.make(code, error="h", boost_error=False, micro=False, mode="byte", mask=_MASK)
    modules = [bytes(row) for row in symbol.matrix]
    return _png(modules, dark=_rgba(color))


def _rgba(color: str) -> tuple[int, int, int, int]:
    digits = color.lstrip("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16), 255


def _png(modules: Sequence[bytes], *, dark: tuple[int, int, int, int]) -> bytes:
    width = (len(modules) + 2 * _MARGIN) * _SCALE
    deflate = zlib.compressobj(6, zlib.DEFLATED, 15, 8, zlib.Z_RLE)
    body = deflate.compress(_scanlines(modules, dark)) + deflate.flush()
    header = struct.pack(">IIBBBBB", width, width, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _scanlines(modules: Sequence[bytes], dark: tuple[int, int, int, int]) -> bytes:
    side = len(modules) + 2 * _MARGIN
    margin = bytes(_MARGIN)
    rows = [bytes(side)] * _MARGIN + [margin + row + margin for row in modules] + [bytes(side)] * _MARGIN
    same_as_above = b"\x02" + bytes(side * _SCALE * 4)
    steps = _steps(dark)
    first = [b"\x01" + b"".join(map(steps.__getitem__, zip((None, *row[:-1]), row, strict=True))) for row in rows]
    return b"".join(line + same_as_above * (_SCALE - 1) for line in first)


def _steps(dark: tuple[int, int, int, int]) -> dict[tuple[int | None, int], bytes]:
    """The bytes of one module under the Sub filter, for every (module before, module)."""
    flat = bytes(4 * (_SCALE - 1))
    colors = (_LIGHT, dark)
    steps: dict[tuple[int | None, int], bytes] = {(None, now): bytes(colors[now]) + flat for now in (0, 1)}
    for before in (0, 1):
        for now in (0, 1):
            change = zip(colors[now], colors[before], strict=True)
            steps[before, now] = bytes((new - old) & 255 for new, old in change) + flat
    return steps
