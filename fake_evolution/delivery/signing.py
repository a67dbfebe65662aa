"""The bearer token of a webhook with a `jwt_key`. Loaded with the first one: the library for it takes its time."""

from typing import Any

import orjson
from jwt.algorithms import HMACAlgorithm
from jwt.api_jws import PyJWS


class _AnyLength(HMACAlgorithm):
    """HS256 that signs with a key of any length and says nothing, as the real server does."""

    def check_key_length(self, _key: bytes) -> str | None:
        return None


_SIGNER = PyJWS()
_SIGNER.unregister_algorithm("HS256")
_SIGNER.register_algorithm("HS256", _AnyLength(HMACAlgorithm.SHA256))


def signed(claims: dict[str, Any], key: str) -> str:
    """The claims as a token."""
    return _SIGNER.encode(orjson.dumps(claims), key, algorithm="HS256", headers={"typ": "JWT"})
