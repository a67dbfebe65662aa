"""Real QR images: a pairing string drawn as the imitated server draws it.

Level H, margin 3, scale 4, dark modules #198754, RGBA. 237 characters make a symbol of version 16, so an image of
348 by 348 pixels. The PNG is written here, row by row with the filters that the real server's library chooses (Sub for
the first pixel row of a module row, Up for its copies) and run-length deflate, because the size of the data URL
(about 14 KB) is part of what a backend has to digest.
"""

import struct
import zlib
from base64 import b64encode
from functools import lru_cache

from fake_evolution.qr_symbol import dark_bits

_MARGIN = 3
_SCALE = 4
_LIGHT = (255, 255, 255, 255)
_COLOR_DEFAULT = "#198754"
_COLORS_KEPT_MAX = 4
_IMAGES_KEPT_MAX = 512

Color = tuple[int, int, int, int]


def qr_data_url(code: str, *, color: str = _COLOR_DEFAULT) -> str:
    """The PNG data URL that shows `code`."""
    return "data:image/png;base64," + b64encode(qr_png(code, color=color)).decode()


class QrImage:
    """The image of a code; its text is the data URL, drawn when somebody first looks at it.

    Only the newest images are kept: of tens of thousands of instances each would hold 14 KB that nobody looks at again.
    """

    __slots__ = ("_code", "_color")

    def __init__(self, code: str, *, color: str = _COLOR_DEFAULT) -> None:
        self._code, self._color = code, color

    def __str__(self) -> str:
        return _drawn(self._code, self._color)


@lru_cache(maxsize=_IMAGES_KEPT_MAX)
def _drawn(code: str, color: str) -> str:
    return qr_data_url(code, color=color)


def qr_png(code: str, *, color: str = _COLOR_DEFAULT) -> bytes:
    """The PNG image that shows `code`."""
    side, bits = dark_bits(code, margin=_MARGIN)
    return _png(side, _scanlines(side, bits, _rgba(color)))


def _rgba(color: str) -> Color:
    digits = color.lstrip("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16), 255


def _png(side: int, scanlines: bytes) -> bytes:
    width = side * _SCALE
    deflate = zlib.compressobj(1, zlib.DEFLATED, 15, 8, zlib.Z_RLE)  # with runs only, more effort gains no octet
    body = deflate.compress(scanlines) + deflate.flush()
    header = struct.pack(">IIBBBBB", width, width, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _scanlines(side: int, bits: str, dark: Color) -> bytes:
    """The filtered pixel rows, put together from the pixels of eight modules at a time."""
    padding = "0" * (-side % 8)  # light, in front of every row, where the margin is light, too
    rows = [padding + bits[start : start + side] for start in range(0, side * side, side)]
    octets = int("".join(rows), 2).to_bytes(len(rows) * (side + len(padding)) // 8, "big")
    first, after = _pixels(dark, len(padding))
    wide = (side + len(padding)) // 8
    copies = (b"\x02" + bytes(side * _SCALE * 4)) * (_SCALE - 1)
    parts = [after[before & 1][octet] for before, octet in zip(b"\0" + octets, octets, strict=False)]
    parts[::wide] = [first[octet] for octet in octets[::wide]]
    lines = (b"".join(parts[start : start + wide]) for start in range(0, len(parts), wide))
    return b"".join([part for line in lines for part in (b"\x01", line, copies)])


@lru_cache(maxsize=8 * _COLORS_KEPT_MAX)
def _pixels(dark: Color, padding: int) -> tuple[tuple[bytes, ...], tuple[tuple[bytes, ...], ...]]:
    """Filtered pixels of eight modules: where a row begins (its padding left out), and after a light or dark one."""
    steps = _steps(dark)

    def drawn(octet: int, before: int | None, skipped: int) -> bytes:
        modules = [octet >> 7 - at & 1 for at in range(skipped, 8)]
        return b"".join(map(steps.__getitem__, zip((before, *modules), modules, strict=False)))

    first = tuple(drawn(octet, None, padding) for octet in range(1 << 8 - padding))
    return first, tuple(tuple(drawn(octet, before, 0) for octet in range(256)) for before in (0, 1))


def _steps(dark: Color) -> dict[tuple[int | None, int], bytes]:
    """The bytes of one module under the Sub filter, for every (module before, module)."""
    flat = bytes(4 * (_SCALE - 1))
    colors = (_LIGHT, dark)
    steps: dict[tuple[int | None, int], bytes] = {(None, now): bytes(colors[now]) + flat for now in (0, 1)}
    for before in (0, 1):
        for now in (0, 1):
            change = zip(colors[now], colors[before], strict=True)
            steps[before, now] = bytes((new - old) & 255 for new, old in change) + flat
    return steps
