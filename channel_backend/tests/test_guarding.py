"""Who may do what, how often, and from where."""

import asyncio
from typing import Any

import pytest
import socketio

from channel_backend.app import ROUTES
from channel_backend.store.accounts import Profile

pytestmark = pytest.mark.stack

LOGIN = "/api/auth/login"
WAIT_S = 60.0  # a guard against hanging, never a measure
ORIGIN = "https://app.example.com"
# Who may call what: everything that is not here needs a token; what changes channels needs `admin`.
PUBLIC = {
    *("/", "/canais", "/canais/{name}", "/health", "/health/live", "/health/ready", "/api/channel-status"),
    *("/metrics", "/api/metrics", "/api/auth/login", "/api/auth/refresh_token"),
}
BY_SIGNATURE = "/api/webhook/evolution"
FOR_USERS = {"/api/auth/logout", "/api/billing/tenant/usage"}


def private_routes() -> list[tuple[str, str]]:
    """Method and path of every route that is not for everybody."""
    found = {(route.method, route.path) for route in ROUTES}
    return sorted((method, path) for method, path in found if path not in PUBLIC and not path.startswith(BY_SIGNATURE))


def at(path: str) -> str:
    """The path with an id that nobody has."""
    return path.replace("{id}", "999999").replace("{ticketId}", "999999").replace("{ticket}", "999999")


@pytest.mark.parametrize(("method", "path"), private_routes())
async def test_nothing_private_without_a_token(backend: Any, ana: Any, method: str, path: str) -> None:
    """A route that somebody adds and forgets to guard fails here."""
    async with ana.http.request(method, backend.url + at(path), json={}) as reply:
        assert (reply.status, await reply.json()) == (403, {"error": "Token was not provided."})


@pytest.mark.parametrize(("method", "path"), [row for row in private_routes() if "/admin/" in row[1]])
async def test_tenants_are_run_by_super_users_alone(ana: Any, method: str, path: str) -> None:
    """The admin of a tenant is no admin of others."""
    assert await ana.call(method, at(path), {}) == (403, {"error": "Not admin permission"})


@pytest.mark.parametrize(
    ("method", "path"),
    [row for row in private_routes() if row[0] not in ("GET", "HEAD") and "/whatsapp" in row[1]],
)
async def test_a_watcher_changes_no_channel(backend: Any, person_at: Any, method: str, path: str) -> None:
    """The profile `user` sees and touches nothing."""
    watcher = await person_at(backend, profile=Profile.USER)

    status, reply = await watcher.call(method, at(path), {"whatsappId": 999999})

    assert (status, reply["error"].partition(":")[0]) == (403, "ERR_NO_PERMISSION")


async def test_there_is_no_signup(ana: Any) -> None:
    """Accounts are made by super users, the first one by a command."""
    for path in ("/api/auth/signup", "/api/auth/register", "/api/users"):
        status, _ = await ana.call("POST", path, {"email": "a@example.com", "password": "long-enough", "name": "A"})
        assert status == 404


async def test_guessing_a_password_is_stopped(double: Any, backend_with: Any, person_at: Any) -> None:
    """After so many tries the account must wait, the right password too, and the answer says how long."""
    eve = await person_at(await backend_with(double.url, login_tries_max="3", login_window_s="60"))
    body = {"email": f"Victim-{eve.tenant_id}@example.com", "password": "a-wrong-guess"}

    tries = await asyncio.gather(*(eve.call("POST", LOGIN, body) for _ in range(6)))
    async with eve.http.post(eve.backend.url + LOGIN, json={**body, "email": body["email"].lower()}) as reply:
        status, after_s, text = reply.status, reply.headers["Retry-After"], (await reply.json())["error"]

    assert sorted(status for status, _ in tries) == [401] * 3 + [429] * 3
    assert (status, 0 < int(after_s) <= 60, "try again in" in text) == (429, True, True)


async def test_guessing_accounts_is_stopped(double: Any, backend_with: Any, person_at: Any) -> None:
    """One address that fails for account after account must wait; another address need not."""
    settings = {"login_address_failures_max": "3", "proxies": "1"}
    eve = await person_at(await backend_with(double.url, **settings))

    async def tried(number: int, address: str) -> int:
        body = {"email": f"{number}-{eve.tenant_id}@example.com", "password": "a-wrong-guess"}
        headers = {"X-Forwarded-For": f"6.6.6.6, {address}"}
        async with eve.http.post(eve.backend.url + LOGIN, json=body, headers=headers) as reply:
            return int(reply.status)

    here, there = f"192.0.2.{eve.tenant_id % 200}", f"198.51.100.{eve.tenant_id % 200}"
    found = [await tried(number, here) for number in range(5)]

    assert found == [401, 401, 401, 429, 429]
    assert await tried(9, there) == 401


async def test_a_good_login_forgets_the_bad_ones(backend: Any, person_at: Any) -> None:
    """Who mistypes now and then is never kept out."""
    root = await person_at(backend, profile=Profile.SUPER)
    good = {"email": f"dona-{root.tenant_id}@example.com", "password": "a-good-password"}
    await root.call("POST", "/api/admin/userTenants", {**good, "tenantId": root.tenant_id, "name": "Dona"})

    for _ in range(4):
        for _ in range(4):
            assert (await root.call("POST", LOGIN, {**good, "password": "mistyped"}))[0] == 401
        assert (await root.call("POST", LOGIN, good))[0] == 200


async def test_answers_tell_browsers_to_keep_their_hands_off(ana: Any) -> None:
    """On good answers and on refusals; and no other origin reads anything."""
    for path in ("/api/channel-status", "/api/whatsapp/whatsapp", "/nowhere"):
        async with ana.http.get(ana.backend.url + path, headers={"Origin": ORIGIN}) as reply:
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Cache-Control"] == "no-store"
            assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
            assert "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize(("origin", "expected"), [(ORIGIN, (204, ORIGIN)), ("https://evil.example", (403, None))])
async def test_named_origins_may_call(
    double: Any, backend_with: Any, ana: Any, origin: str, expected: tuple[int, str | None]
) -> None:
    """The setting opens the door for these and for nobody else."""
    backend = await backend_with(double.url, allowed_origins=f"{ORIGIN}, http://127.0.0.1:5173")
    asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    async with ana.http.options(backend.url + LOGIN, headers=asking) as reply:
        assert (reply.status, reply.headers.get("Access-Control-Allow-Origin")) == expected


async def test_sockets_of_foreign_pages_are_refused(double: Any, backend_with: Any, ana: Any) -> None:
    """A page elsewhere cannot listen, even with a token; a named one can."""
    backend = await backend_with(double.url, allowed_origins=ORIGIN)
    client = socketio.AsyncClient(reconnection=False)

    how = {"auth": {"token": ana.token}, "wait_timeout": WAIT_S}

    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(backend.url, headers={"Origin": "https://evil.example"}, **how)
    await client.connect(backend.url, headers={"Origin": ORIGIN}, **how)

    assert client.connected
    await client.disconnect()
