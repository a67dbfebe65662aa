"""Reads the QR image that a person is shown, the way a phone's camera would."""

import base64
import binascii
import struct
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO

import zxingcpp
from PIL import Image

PREFIX = "data:image/png;base64,"
URL_CHARS_MAX = 2_000_000
SIDE_PX_MAX = 4_000
CACHE_MAX = 4_096
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 24  # signature, length and name of the first chunk, width, height


@dataclass(frozen=True, slots=True)
class QrReading:
    """The text of the code, or why a person who is shown this image cannot scan it."""

    code: str | None = None
    error: str | None = None


# Several looks at one channel show the same image; decoding it again would cost the load run its time.
_readings: OrderedDict[bytes, QrReading] = OrderedDict()


def read_qr(data_url: str) -> QrReading:
    """What a phone reads from the image; remembers the newest readings."""
    if len(data_url) > URL_CHARS_MAX:
        return QrReading(error=f"the image has {len(data_url)} characters, more than {URL_CHARS_MAX}")
    key = blake2b(data_url.encode(errors="replace"), digest_size=16).digest()
    reading = _readings.pop(key, None) or _read(data_url)
    _readings[key] = reading
    if len(_readings) > CACHE_MAX:
        _readings.popitem(last=False)
    return reading


def _read(data_url: str) -> QrReading:
    if not data_url.startswith(PREFIX):
        return QrReading(error=_why_not_shown(data_url))
    try:
        png = base64.b64decode(data_url[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError) as error:
        return QrReading(error=f"the base64 of the image is broken: {error}")
    wrong = _wrong_header(png)
    return QrReading(error=wrong) if wrong else _decode(png)


def _why_not_shown(text: str) -> str:
    if text.startswith(("http://", "https://")):
        return "the image is a link, which may show something else tomorrow; expected a PNG data URL"
    if text.startswith("iVBORw0KGgo"):
        return f"the image is bare base64, which no browser shows; expected it after '{PREFIX}'"
    if text.startswith("data:"):
        return f"the image is '{text.partition(',')[0][:60]}'; expected '{PREFIX.rstrip(',')}'"
    return f"this is no image but the text '{text[:40]}'; expected a PNG data URL"


def _wrong_header(png: bytes) -> str | None:
    """Judge by the first bytes, before anything is unpacked: a small file can hold an image of any size."""
    if not png.startswith(_SIGNATURE) or len(png) < _HEADER_BYTES:
        return f"the image is not a PNG: it begins with {png[:8]!r}"
    width, height = struct.unpack(">II", png[16:_HEADER_BYTES])
    if not (0 < width <= SIDE_PX_MAX and 0 < height <= SIDE_PX_MAX):
        return f"the image is {width} x {height} pixels; a side may have {SIDE_PX_MAX}"
    return None


def _decode(png: bytes) -> QrReading:
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            flat = _on_white(image)
    except (OSError, SyntaxError, ValueError) as error:
        return QrReading(error=f"the PNG is broken: {error}")
    # Not a constant: one that lives until the interpreter ends is reported as leaked on stderr.
    found = zxingcpp.read_barcodes(flat, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    if not found:
        return QrReading(error=f"the image of {flat.width} x {flat.height} pixels shows no QR code")
    if len(found) > 1:
        return QrReading(error=f"the image shows {len(found)} QR codes; a phone would take any of them")
    return QrReading(code=found[0].text)


def _on_white(image: Image.Image) -> Image.Image:
    """The image as it looks on a page: transparent parts are white."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("L")
    shown = image.convert("RGBA")
    page = Image.new("RGBA", shown.size, "white")
    page.alpha_composite(shown)
    return page.convert("L")
