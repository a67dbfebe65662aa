"""Log in, stay logged in, log out."""

import msgspec
from aiohttp import web

from channel_backend.access import PASSWORD_CHARACTERS_MAX
from channel_backend.api.answering import answer
from channel_backend.api.parsing import body, client_address, identity
from channel_backend.api.parts import PARTS, Parts
from channel_backend.errors import ApiError
from channel_backend.store.accounts import User

COOKIE = "jrt"


class Login(msgspec.Struct):
    """The body of a login."""

    email: str
    password: str


async def login(request: web.Request) -> web.Response:
    """`POST /api/auth/login`."""
    parts = request.app[PARTS]
    wanted = await body(request, Login)
    user = await _proved(parts, wanted, client_address(request, parts.operations.proxies))
    await _refuse_inactive(parts, user)
    await parts.accounts.logged_in(user.id)
    reply = answer(
        {
            "token": parts.tokens.access(user),
            "username": user.name,
            "email": user.email,
            "profile": user.profile.value,
            "status": "online",
            "userId": user.id,
            "tenantId": user.tenant_id,
            "usuariosOnline": [],
            "configs": {},
        }
    )
    _set_cookie(reply, parts, user)
    return reply


async def _proved(parts: Parts, wanted: Login, address: str | None) -> User:
    """Whoever has this password, unless it is tried too often."""
    email = wanted.email.replace("\x00", "")
    check_length(wanted.password)
    try:
        await parts.operations.login_limits.admit(email, address)
    except ApiError:
        parts.operations.metrics.login_refused("rate_limit")
        raise
    user = await parts.accounts.user_by_email(email)
    if not await parts.passwords.matches(user, wanted.password) or user is None:
        await parts.operations.login_limits.failed(address)
        parts.operations.metrics.login_refused("credentials")
        raise ApiError(401, "ERR_INVALID_CREDENTIALS")
    await parts.operations.login_limits.succeeded(email)
    return user


def check_length(password: str) -> None:
    """Refuse a password that nobody can have, before the slow hash works on it."""
    if len(password) > PASSWORD_CHARACTERS_MAX:
        raise ApiError(401, "ERR_INVALID_CREDENTIALS")


async def refresh(request: web.Request) -> web.Response:
    """`POST /api/auth/refresh_token`."""
    parts = request.app[PARTS]
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise ApiError(401, "ERR_SESSION_EXPIRED")
    try:
        user_id, version = parts.tokens.refresh_claims(cookie)
    except ApiError as error:
        raise ApiError(401, "ERR_SESSION_EXPIRED") from error
    user = await parts.accounts.user(user_id)
    if user is None or user.token_version != version:
        raise ApiError(401, "ERR_SESSION_EXPIRED")
    await _refuse_inactive(parts, user)
    reply = answer({"token": parts.tokens.access(user)})
    _set_cookie(reply, parts, user)
    return reply


async def logout(request: web.Request) -> web.Response:
    """`POST /api/auth/logout`: ends every refresh token of the caller."""
    await request.app[PARTS].accounts.end_refresh_tokens(identity(request).user_id)
    reply = answer({"message": "USER_LOGOUT"})
    reply.del_cookie(COOKIE, path="/")
    return reply


ROUTES = (
    web.post("/api/auth/login", login),
    web.post("/api/auth/refresh_token", refresh),
    web.post("/api/auth/logout", logout),
)


async def _refuse_inactive(parts: Parts, user: User) -> None:
    if not await parts.accounts.is_active(user.tenant_id):
        raise ApiError(403, "ERR_TENANT_INACTIVE")


def _set_cookie(reply: web.Response, parts: Parts, user: User) -> None:
    reply.set_cookie(
        COOKIE,
        parts.tokens.refresh(user),
        max_age=int(parts.tokens.refresh_s),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=parts.secure_cookies,
    )
