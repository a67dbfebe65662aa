"""Pictures as the server converts them before it sends them: to JPEG, stickers to WebP."""

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING

from fake_evolution.errors import ThrownError

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
_PIXELS_MAX = 16_383**2
_QUALITY = 80
_JFIF_START, _JFIF_END = 2, 20  # the server's encoder leaves this segment out


async def to_jpeg(data: bytes) -> bytes:
    """The picture as JPEG, on black where it is transparent; ThrownError when it is none."""
    return await asyncio.to_thread(_to_jpeg, data)


async def to_webp(data: bytes, *, animated: bool) -> bytes:
    """The picture as WebP, with all its frames when it is animated; ThrownError when it is none."""
    return await asyncio.to_thread(_to_webp, data, animated)


def _to_jpeg(data: bytes) -> bytes:
    from PIL import Image as images  # noqa: N813, PLC0415  a tenth of a second that a start need not pay

    picture = _opened(data)
    if picture.mode not in ("L", "RGB"):
        shown = picture.convert("RGBA")
        picture = images.new("RGB", shown.size)
        picture.paste(shown, mask=shown.getchannel("A"))
    made = BytesIO()
    picture.save(made, "JPEG", quality=_QUALITY, optimize=True)
    jpeg = made.getvalue()
    return jpeg[:_JFIF_START] + jpeg[_JFIF_END:]


def _to_webp(data: bytes, animated: bool) -> bytes:  # noqa: FBT001  handed through to_thread
    picture, made = _opened(data), BytesIO()
    if not animated and picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGBA")
    picture.save(made, "WEBP", quality=_QUALITY, save_all=animated)
    return made.getvalue()


def _opened(data: bytes) -> "Image":
    """The decoded picture; ThrownError in the words of the server's picture library."""
    from PIL import Image as images  # noqa: N813, PLC0415  as above
    from PIL import UnidentifiedImageError  # noqa: PLC0415

    if not data:
        raise ThrownError("Input Buffer is empty")
    try:
        picture: Image = images.open(BytesIO(data), formats=_FORMATS)
        if picture.width * picture.height > _PIXELS_MAX:
            raise ThrownError("Input image exceeds pixel limit")
        picture.load()
    except UnidentifiedImageError as error:
        raise ThrownError("Input buffer contains unsupported image format") from error
    except images.DecompressionBombError as error:
        raise ThrownError("Input image exceeds pixel limit") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ThrownError(f"Input buffer has corrupt header: {error}") from error
    return picture
