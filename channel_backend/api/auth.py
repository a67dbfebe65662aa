"""Log in, stay logged in, log out."""

import msgspec
from aiohttp import web

from channel_backend.api.parsing import body, identity
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
    user = await parts.accounts.user_by_email(wanted.email.replace("\x00", ""))
    if not await parts.passwords.matches(user, wanted.password) or user is None:
        raise ApiError(401, "ERR_INVALID_CREDENTIALS")
    await parts.accounts.logged_in(user.id)
    answer = web.json_response(
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
    _set_cookie(answer, parts, user)
    return answer


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
    answer = web.json_response({"token": parts.tokens.access(user)})
    _set_cookie(answer, parts, user)
    return answer


async def logout(request: web.Request) -> web.Response:
    """`POST /api/auth/logout`: ends every refresh token of the caller."""
    await request.app[PARTS].accounts.end_refresh_tokens(identity(request).user_id)
    answer = web.json_response({"message": "USER_LOGOUT"})
    answer.del_cookie(COOKIE, path="/")
    return answer


ROUTES = (
    web.post("/api/auth/login", login),
    web.post("/api/auth/refresh_token", refresh),
    web.post("/api/auth/logout", logout),
)


def _set_cookie(answer: web.Response, parts: Parts, user: User) -> None:
    answer.set_cookie(
        COOKIE,
        parts.tokens.refresh(user),
        max_age=int(parts.tokens.refresh_s),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=parts.secure_cookies,
    )
