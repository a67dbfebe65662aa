"""The eyes read what a phone would read, and say why when it could not."""

import base64
import struct
import zlib

import pytest
import segno

from scenarios import eyes
from scenarios.eyes import QrReading, read_qr

# As long, and as dense, as the codes of a real login.
CODE = "2@" + "Ab3/+" * 47


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *, rows: bytes = b"") -> str:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return eyes.PREFIX + base64.b64encode(data).decode()


@pytest.mark.parametrize("light", ["white", None, "#eee"])
@pytest.mark.parametrize("scale", [2, 4])
def test_reads_a_code_on_any_ground(light: str | None, scale: int) -> None:
    """A code is read on white, on grey, and where the light modules are transparent."""
    image = segno.make(CODE, error="h").png_data_uri(scale=scale, border=3, light=light)

    assert read_qr(image) == QrReading(code=CODE)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("", "no image but the text ''"),
        ("2@abc,def", "no image but the text '2@abc,def'"),
        ("https://example.test/qr.png", "is a link"),
        ("iVBORw0KGgoAAAANSUhEUgAA", "bare base64"),
        ("data:image/svg+xml;base64,PHN2Zz4=", "'data:image/svg+xml;base64'"),
        (eyes.PREFIX + "????", "base64 of the image is broken"),
        (eyes.PREFIX + "abcde", "base64 of the image is broken"),
        (eyes.PREFIX + "é", "base64 of the image is broken"),
        (eyes.PREFIX + base64.b64encode(b"GIF89a" + bytes(30)).decode(), "not a PNG"),
        (eyes.PREFIX + base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(), "not a PNG"),
        (png(8, 8, rows=b"\x00" + b"\xff" * 3), "the PNG is broken"),
        (png(64, 64, rows=(b"\x00" + b"\xff" * 64) * 64), "64 x 64 pixels shows no QR code"),
        (png(60_000, 60_000), "60000 x 60000 pixels; a side may have 4000"),
        (png(0, 10), "0 x 10 pixels"),
        (eyes.PREFIX + "A" * eyes.URL_CHARS_MAX, "more than 2000000"),
    ],
)
def test_says_why_an_image_cannot_be_scanned(image: str, reason: str) -> None:
    """What is no QR code is a reading with a reason, never an exception."""
    reading = read_qr(image)

    assert reading.code is None
    assert reason in str(reading.error)


def test_two_codes_in_one_image_are_no_code() -> None:
    """An image with two codes is refused, because nobody knows which one a phone takes."""
    row = segno.make("one", error="h", micro=False)
    left = [[*line, *([0] * 8), *line] for line in row.matrix_iter(scale=4, border=4)]
    rows = b"".join(b"\x00" + bytes(0 if dark else 255 for dark in line) for line in left)

    reading = read_qr(png(len(left[0]), len(left), rows=rows))

    assert "shows 2 QR codes" in str(reading.error)


def test_the_same_image_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look at an image costs no second decoding."""
    image = segno.make("a code that no other test uses").png_data_uri(scale=4)
    first = read_qr(image)
    monkeypatch.setattr(eyes, "_decode", None)

    assert read_qr(image) is first


def test_remembers_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of the eyes is bounded, and forgets the oldest look first."""
    monkeypatch.setattr(eyes, "CACHE_MAX", 2)
    eyes._readings.clear()

    for text in ("one", "two", "one", "three"):
        read_qr(text)

    remembered = " ".join(str(reading.error) for reading in eyes._readings.values())
    assert len(eyes._readings) == 2
    assert "'two'" not in remembered
