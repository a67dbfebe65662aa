"""Passwords and tokens: who somebody is, proved."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from channel_backend.errors import ApiError
from channel_backend.store.accounts import Profile, User

PASSWORD_CHARACTERS_MIN = 8
PASSWORD_CHARACTERS_MAX = 200


class Passwords:
    """Argon2 hashes, made and checked off the event loop, because they are meant to be slow."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    async def hashed(self, password: str) -> str:
        """The hash to store."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, user: User | None, password: str) -> bool:
        """Whether it is this user's password; False for nobody, after the same time."""
        if user is None:
            # As slow as a check, so that the time of an answer does not tell who exists.
            await self.hashed(password)
            return False
        return await asyncio.to_thread(self._verify, user.password_hash, password)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a request or a socket speaks for."""

    user_id: int
    tenant_id: int
    profile: Profile


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads access and refresh tokens; the two are not interchangeable."""

    secret: str
    access_s: float
    refresh_s: float

    def access(self, user: User) -> str:
        """A token for requests and sockets."""
        claims = {"usarname": user.name, "tenantId": user.tenant_id, "profile": user.profile, "id": user.id}
        return self._signed("access", self.access_s, claims)

    def refresh(self, user: User) -> str:
        """A token that only gives a new access token, until the user's token version moves on."""
        return self._signed("refresh", self.refresh_s, {"id": user.id, "version": user.token_version})

    def identity(self, token: str) -> Identity:
        """Who this access token was made for."""
        claims = self._claims(token, "access")
        try:
            return Identity(int(claims["id"]), int(claims["tenantId"]), Profile(claims["profile"]))
        except (KeyError, TypeError, ValueError) as error:
            raise _invalid() from error

    def refresh_claims(self, token: str) -> tuple[int, int]:
        """User id and token version of a refresh token."""
        claims = self._claims(token, "refresh")
        try:
            return int(claims["id"]), int(claims["version"])
        except (KeyError, TypeError, ValueError) as error:
            raise _invalid() from error

    def _signed(self, use: str, life_s: float, claims: dict[str, Any]) -> str:
        now = time.time()
        body = {**claims, "use": use, "iat": int(now), "exp": int(now + life_s)}
        return jwt.encode(body, self.secret, algorithm="HS256")

    def _claims(self, token: str, use: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self.secret, algorithms=["HS256"], options={"require": ["exp", "iat"]}
            )
        except (jwt.InvalidTokenError, UnicodeEncodeError) as error:
            raise _invalid() from error
        if claims.get("use") != use:
            raise _invalid()
        return claims


def _invalid() -> ApiError:
    # 403, not 401: what the clients of this API were written for.
    return ApiError(403, "Invalid token.")


def may_keep_channels(profile: Profile) -> bool:
    """Whether somebody of this profile may create, change, start, end and delete the tenant's channels."""
    return profile is not Profile.USER


def own_tenant(tenant_id: int) -> int | None:
    """The tenant among whose channels one is looked for that this tenant names; None would be all there are."""
    return tenant_id


def room_of(tenant_id: int) -> str:
    """The room in which a tenant's sockets are, and nobody else's."""
    return f"tenant:{tenant_id}"
