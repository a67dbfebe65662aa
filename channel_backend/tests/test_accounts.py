"""Login, tokens, roles, tenants and users."""

import time
from typing import Any

import jwt
import pytest

from channel_backend.store.accounts import Profile

pytestmark = pytest.mark.stack

LOGIN = "/api/auth/login"
REFRESH = "/api/auth/refresh_token"


@pytest.fixture
async def root(backend: Any, person_at: Any) -> Any:
    """A super user."""
    return await person_at(backend, profile=Profile.SUPER)


@pytest.fixture
async def caio(root: Any) -> dict[str, str]:
    """Credentials of an admin made through the API."""
    user = {"email": "Caio@Example.com", "password": "a-good-password", "name": "Caio", "profile": "admin"}
    status, _ = await root.call("POST", "/api/admin/userTenants", {"tenantId": root.tenant_id, **user})
    assert status == 200
    return {"email": "caio@example.com", "password": "a-good-password"}


async def test_login_gives_a_token_that_works(root: Any, caio: dict[str, str]) -> None:
    """The answer has the known fields and its token opens the channel list."""
    status, login = await root.call("POST", LOGIN, caio)
    root.token = login["token"]
    listed, _ = await root.call("GET", "/api/whatsapp/whatsapp/")

    assert (status, listed) == (200, 200)
    assert (login["email"], login["profile"], login["tenantId"]) == ("caio@example.com", "admin", root.tenant_id)
    assert {"username", "status", "userId", "usuariosOnline", "configs"} < set(login)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"email": "caio@example.com", "password": "wrong"}, 401, "ERR_INVALID_CREDENTIALS"),
        ({"email": "nobody@example.com", "password": "wrong"}, 401, "ERR_INVALID_CREDENTIALS"),
        ({"email": "a\x00b", "password": "x" * 9999}, 401, "ERR_INVALID_CREDENTIALS"),
        ({}, 400, "body: Object missing required field `email`"),
        ({"email": 1, "password": "x"}, 400, "email: Expected `str`, got `int`"),
    ],
)
@pytest.mark.usefixtures("caio")
async def test_a_wrong_login_is_refused(root: Any, body: Any, status: int, error: str) -> None:
    """Nobody learns which half was wrong."""
    got, reply = await root.call("POST", LOGIN, body)

    assert (got, reply) == (status, {"error": error})


async def test_no_token_and_a_bad_token_are_403(root: Any) -> None:
    """As the clients of this API expect, not 401."""
    secret = root.backend.config.jwt_secret
    expired = jwt.encode({"exp": int(time.time()) - 1, "iat": 1, "use": "access"}, secret, algorithm="HS256")
    for token in ("nonsense", expired, jwt.encode({"exp": 9e9, "iat": 1, "use": "access"}, secret, "HS256")):
        root.token = token
        status, reply = await root.call("GET", "/api/whatsapp/whatsapp/")
        assert (status, reply) == (403, {"error": "Invalid token."})

    async with root.http.get(f"{root.backend.url}/api/whatsapp/whatsapp/") as reply:
        assert (reply.status, await reply.json()) == (403, {"error": "Token was not provided."})


async def test_the_cookie_refreshes_until_logout(root: Any, caio: dict[str, str]) -> None:
    """The cookie gives new access tokens, is no access token itself, and ends with the logout."""
    url = root.backend.url
    async with root.http.post(url + LOGIN, json=caio) as reply:
        cookie = reply.cookies["jrt"]
        token = (await reply.json())["token"]
    headers = {"Cookie": f"jrt={cookie.value}"}

    async with root.http.post(url + REFRESH, headers=headers) as first:
        assert (first.status, set(await first.json())) == (200, {"token"})
    async with root.http.post(f"{url}/api/auth/logout", headers={"Authorization": f"Bearer {token}"}):
        pass
    async with root.http.post(url + REFRESH, headers=headers) as second:
        assert (second.status, await second.json()) == (401, {"error": "ERR_SESSION_EXPIRED"})
    assert cookie["httponly"]


async def test_a_refresh_token_opens_no_route(root: Any, caio: dict[str, str]) -> None:
    """The two kinds of token are not interchangeable."""
    async with root.http.post(root.backend.url + LOGIN, json=caio) as reply:
        root.token = reply.cookies["jrt"].value

    status, _ = await root.call("GET", "/api/whatsapp/whatsapp/")

    assert status == 403


async def test_only_super_runs_tenants(ana: Any) -> None:
    """A tenant's admin sees no other tenant and makes none."""
    for method, path in (
        ("GET", "/api/admin/tenants"),
        ("POST", "/api/admin/tenants"),
        ("PUT", f"/api/admin/tenantsUpdate/{ana.tenant_id}"),
        ("POST", "/api/admin/userTenants"),
    ):
        assert await ana.call(method, path, {}) == (403, {"error": "Not admin permission"})


async def test_a_tenant_is_made_and_changed(root: Any) -> None:
    """Limits are what was asked for, and no secret is shown."""
    body = {"status": "active", "name": "Loja Azul", "maxUsers": 3, "maxConnections": 7}
    status, tenant = await root.call("POST", "/api/admin/tenants", body)
    changed, after = await root.call("PUT", f"/api/admin/tenantsUpdate/{tenant['id']}", {"maxConnections": 60})

    assert (status, changed, after["maxConnections"]) == (201, 200, 60)
    assert body.items() <= tenant.items()
    assert "webhook" not in str(tenant)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("tenants", {"name": "T", "maxUsers": 0}, "maxUsers"),
        ("tenants", {"name": " "}, "name"),
        ("tenants", {"name": "T", "status": "gone"}, "status"),
        ("userTenants", {"tenantId": 1, "email": "no", "password": "x" * 9, "name": "N"}, "email"),
        ("userTenants", {"tenantId": 1, "email": "a@b.c", "password": "short", "name": "N"}, "password"),
        (
            "userTenants",
            {"tenantId": 1, "email": "a@b.c", "password": "x" * 9, "name": "N", "profile": "god"},
            "profile",
        ),
        ("userTenants", {"tenantId": 0, "email": "a@b.c", "password": "x" * 9, "name": "N"}, "tenantId"),
    ],
)
async def test_wrong_tenants_and_users_are_400(root: Any, path: str, body: Any, field: str) -> None:
    """The field is named."""
    status, reply = await root.call("POST", f"/api/admin/{path}", body)

    assert status == 400
    assert reply["error"].startswith(f"{field}: ")


async def test_users_are_limited_and_unique(root: Any, caio: dict[str, str]) -> None:
    """One account an address, and not more than the tenant may have."""
    user = {"tenantId": root.tenant_id, **caio, "name": "Caio"}
    again, _ = await root.call("POST", "/api/admin/userTenants", user)
    await root.call("PUT", f"/api/admin/tenantsUpdate/{root.tenant_id}", {"maxUsers": 2})
    full, _ = await root.call("POST", "/api/admin/userTenants", {**user, "email": "dora@example.com"})
    nowhere, _ = await root.call("POST", "/api/admin/userTenants", {**user, "tenantId": 2**40})

    assert (again, full, nowhere) == (409, 403, 404)


async def test_an_inactive_tenant_does_not_log_in(root: Any, caio: dict[str, str]) -> None:
    """Switching a tenant off closes its door."""
    await root.call("PUT", f"/api/admin/tenantsUpdate/{root.tenant_id}", {"status": "inactive"})

    assert await root.call("POST", LOGIN, caio) == (403, {"error": "ERR_TENANT_INACTIVE"})
