"""Whether a webhook was sent by the Evolution server that was given this tenant's key."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from jwt.types import Options

from channel_backend.evolution.subscription import KEY_HEADER

# A token is made once an event and kept for all its attempts, which go on for 24 minutes by default although the
# token itself says ten. Longer than all attempts, short enough to make a recorded request useless.
TOKEN_AGE_MAX = timedelta(hours=1)
# The server's clock may be ahead of ours.
TOKEN_AHEAD_MAX = timedelta(minutes=10)


def is_genuine(headers: Mapping[str, str], key: str, now: datetime) -> bool:
    """Whether the headers prove knowledge of the key: a token signed with it (2.3), or the key itself (2.2)."""
    plain = headers.get(KEY_HEADER)
    if plain is not None:
        return hmac.compare_digest(plain.encode(errors="surrogateescape"), key.encode())
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and _is_good_token(token, key, now)


def _is_good_token(token: str, key: str, now: datetime) -> bool:
    try:
        claims = _claims(token, key)
    except (jwt.InvalidTokenError, UnicodeEncodeError):
        return False
    purpose = (claims.get("app"), claims.get("action"))
    return purpose == ("evolution", "webhook") and _is_of_age(claims, now)


# The server makes the same token for all events of a tenant in one second.
@lru_cache(maxsize=1024)
def _claims(token: str, key: str) -> Mapping[str, Any]:
    """What the token says, if it is signed with the key; its age is judged by our own measure."""
    options: Options = {"verify_exp": False, "verify_iat": False, "require": ["iat"]}
    return jwt.decode(token, key, algorithms=["HS256"], options=options)


def _is_of_age(claims: Mapping[str, Any], now: datetime) -> bool:
    issued = claims["iat"]
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return False
    age_s = now.timestamp() - issued
    return -TOKEN_AHEAD_MAX.total_seconds() <= age_s <= TOKEN_AGE_MAX.total_seconds()
