"""Tenants and their users; for super users only."""

import re
from typing import Annotated, Literal

import msgspec
from aiohttp import web

from channel_backend.access import PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN
from channel_backend.api.answering import answer
from channel_backend.api.parsing import body, line, path_id, super_user
from channel_backend.api.parts import PARTS
from channel_backend.errors import ApiError
from channel_backend.presenting import tenant_json, user_json
from channel_backend.store.accounts import Profile, TenantChanges

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")

Limit = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
TenantStatus = Literal["active", "inactive"]


class NewTenant(msgspec.Struct, rename="camel"):
    """The body that creates a tenant."""

    name: str
    status: TenantStatus = "active"
    max_users: Limit = 10
    max_connections: Limit = 5


class ChangedTenant(msgspec.Struct, rename="camel"):
    """The body that changes a tenant; what is absent stays."""

    name: str | None = None
    status: TenantStatus | None = None
    max_users: Limit | None = None
    max_connections: Limit | None = None


class NewUser(msgspec.Struct, rename="camel"):
    """The body that creates a user in a tenant."""

    tenant_id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    email: str
    password: str
    name: str
    profile: Profile = Profile.USER


async def create_tenant(request: web.Request) -> web.Response:
    """`POST /api/admin/tenants`."""
    super_user(request)
    wanted = await body(request, NewTenant)
    tenant = await request.app[PARTS].accounts.create_tenant(
        line(wanted.name, "name", low=1, high=200),
        status=wanted.status,
        max_users=wanted.max_users,
        max_connections=wanted.max_connections,
    )
    return answer(tenant_json(tenant), status=201)


async def update_tenant(request: web.Request) -> web.Response:
    """`PUT /api/admin/tenantsUpdate/<id>`."""
    super_user(request)
    wanted = await body(request, ChangedTenant)
    changes = TenantChanges(
        name=None if wanted.name is None else line(wanted.name, "name", low=1, high=200),
        status=wanted.status,
        max_users=wanted.max_users,
        max_connections=wanted.max_connections,
    )
    tenant = await request.app[PARTS].accounts.update_tenant(path_id(request), changes)
    return answer(tenant_json(tenant))


async def list_tenants(request: web.Request) -> web.Response:
    """`GET /api/admin/tenants`."""
    super_user(request)
    tenants = await request.app[PARTS].accounts.tenants()
    return answer([tenant_json(tenant) for tenant in tenants])


async def create_user(request: web.Request) -> web.Response:
    """`POST /api/admin/userTenants`."""
    super_user(request)
    parts = request.app[PARTS]
    wanted = await body(request, NewUser)
    check_email(wanted.email)
    check_password(wanted.password)
    user = await parts.accounts.create_user(
        tenant_id=wanted.tenant_id,
        email=wanted.email,
        name=line(wanted.name, "name", low=1, high=200),
        password_hash=await parts.passwords.hashed(wanted.password),
        profile=wanted.profile,
    )
    return answer(user_json(user))


def check_email(email: str) -> None:
    """Refuse what cannot be an e-mail address."""
    if not EMAIL.fullmatch(email) or not email.isprintable():
        raise ApiError(400, f"email: expected an address like name@example.com, found {email[:80]!r}")


def check_password(password: str) -> None:
    """Refuse a password that is too short to be one, or long enough to keep the hash busy."""
    low, high = PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX
    if not low <= len(password) <= high:
        raise ApiError(400, f"password: expected {low} to {high} characters, found {len(password)}")


ROUTES = (
    web.post("/api/admin/tenants", create_tenant),
    web.get("/api/admin/tenants", list_tenants),
    web.put("/api/admin/tenantsUpdate/{id}", update_tenant),
    web.post("/api/admin/userTenants", create_user),
)
