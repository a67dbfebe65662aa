"""JSON to typed values; what does not fit is one line with the field's path."""

import json
import re
from typing import TypeVar

import msgspec

from channel_backend.errors import MalformedWebhookError

T = TypeVar("T")

# Half of a character that is written as two: senders cut texts in the middle of an emoji.
HALF = re.compile("[\ud800-\udfff]")
HALF_WRITTEN = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)


def decoded(raw: bytes, shape: type[T], root: str) -> T:
    """The value, or what is wrong and where."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        found, _, path = str(error).partition(" - at `$")
        raise MalformedWebhookError(f"{root}{path.rstrip('`')}: {found}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedWebhookError(f"{root}: not valid JSON ({error})") from error
    except RecursionError as error:
        raise MalformedWebhookError(f"{root}: nested too deeply") from error


def mended(raw: bytes) -> bytes:
    """The same JSON with U+FFFD for each half of a character that has no other half; anything else as it came."""
    if not HALF_WRITTEN.search(raw):
        return raw
    try:
        written = json.dumps(json.loads(raw), ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw
    return HALF.sub("\ufffd", written).encode()
