"""Where the media of a message may come from: a URL or base64, by the rules of the validator of the real server."""

import re
from base64 import b64decode
from typing import Any

from fake_evolution.domain.addresses import passes_validator

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_QUARTET = 4


def is_url(value: Any) -> bool:
    """Whether it counts as a URL: an IP address or a name with a top-level domain, so not `localhost`."""
    return isinstance(value, str) and passes_validator(value, needs_top_level_domain=True)


def is_base64(value: Any) -> bool:
    """Whether it counts as base64: whole quartets of its letters, padded at the end; a data URL does not."""
    if not isinstance(value, str) or len(value) % _QUARTET or _NOT_BASE64.search(value):
        return False
    return "=" not in value.rstrip("=") and len(value) - len(value.rstrip("=")) <= 2  # noqa: PLR2004


def decoded(text: str) -> bytes:
    """The octets of a base64 text as Node decodes it: what is no letter of base64 is passed over."""
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/"))
    whole = letters[: len(letters) - 1] if len(letters) % _QUARTET == 1 else letters
    return b64decode(whole + "=" * (-len(whole) % _QUARTET))
