"""Tenants and users in the database."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.errors import ApiError
from channel_backend.store.database import reading, writing
from channel_backend.store.tables import TenantRow, UserRow

KEY_BYTES = 48


class Profile(StrEnum):
    """What a user may do: watch; run the tenant's channels; run all tenants."""

    USER = "user"
    ADMIN = "admin"
    SUPER = "super"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A customer and its limits."""

    id: int
    name: str
    status: str
    max_users: int
    max_connections: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TenantChanges:
    """What to change of a tenant; None leaves it."""

    name: str | None = None
    status: str | None = None
    max_users: int | None = None
    max_connections: int | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person who logs in."""

    id: int
    tenant_id: int
    email: str
    name: str
    profile: Profile
    password_hash: str
    token_version: int


class Accounts:
    """Reads and writes tenants and users."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reading = reading(engine)
        self._writing = writing(engine)
        self._webhook_keys: dict[int, str] = {}

    async def tenants(self) -> list[Tenant]:
        """All tenants, oldest first."""
        async with self._reading() as session:
            rows = await session.scalars(select(TenantRow).order_by(TenantRow.id))
            return [tenant_of(row) for row in rows]

    async def create_tenant(self, name: str, *, status: str, max_users: int, max_connections: int) -> Tenant:
        """A new tenant with a webhook key of its own."""
        row = TenantRow(
            name=name,
            status=status,
            max_users=max_users,
            max_connections=max_connections,
            webhook_key=secrets.token_urlsafe(KEY_BYTES),
        )
        async with self._writing.begin() as session:
            session.add(row)
            await session.flush()
            await session.refresh(row)
            return tenant_of(row)

    async def update_tenant(self, tenant_id: int, changes: TenantChanges) -> Tenant:
        """The tenant with these changes."""
        wanted = {name: value for name in TenantChanges.__slots__ if (value := getattr(changes, name)) is not None}
        async with self._writing.begin() as session:
            row = await session.get(TenantRow, tenant_id, with_for_update=True)
            if row is None:
                raise ApiError(404, f"ERR_NO_TENANT_FOUND: there is no tenant {tenant_id}")
            for name, value in wanted.items():
                setattr(row, name, value)
            row.updated_at = func.now()
            await session.flush()
            await session.refresh(row)
            return tenant_of(row)

    async def tenant_named(self, name: str) -> Tenant | None:
        """The oldest tenant of this name."""
        query = select(TenantRow).where(TenantRow.name == name).order_by(TenantRow.id).limit(1)
        async with self._reading() as session:
            row = await session.scalar(query)
        return None if row is None else tenant_of(row)

    async def is_active(self, tenant_id: int) -> bool:
        """Whether the tenant may be used."""
        query = select(TenantRow.id).where(TenantRow.id == tenant_id, TenantRow.status == "active")
        async with self._reading() as session:
            return await session.scalar(query) is not None

    async def webhook_key(self, tenant_id: int) -> str:
        """The secret that Evolution signs this tenant's webhooks with; it never changes, so it is read once."""
        if tenant_id in self._webhook_keys:
            return self._webhook_keys[tenant_id]
        async with self._reading() as session:
            key = await session.scalar(select(TenantRow.webhook_key).where(TenantRow.id == tenant_id))
        if key is None:
            raise ApiError(404, f"ERR_NO_TENANT_FOUND: there is no tenant {tenant_id}")
        self._webhook_keys[tenant_id] = key
        return key

    async def create_user(self, *, tenant_id: int, email: str, name: str, password_hash: str, profile: Profile) -> User:
        """A new user, if the e-mail is free and the tenant may have one more."""
        row = UserRow(
            tenant_id=tenant_id,
            email=email.lower(),
            name=name,
            password_hash=password_hash,
            profile=profile.value,
        )
        async with self._writing.begin() as session:
            await _refuse_one_user_too_many(session, tenant_id)
            session.add(row)
            try:
                await session.flush()
            except IntegrityError as error:
                raise ApiError(409, f"ERR_EMAIL_IN_USE: {email} has an account already") from error
            await session.refresh(row)
            return _user_of(row)

    async def user_by_email(self, email: str) -> User | None:
        """The user with this e-mail, in whatever case it is written."""
        async with self._reading() as session:
            row = await session.scalar(select(UserRow).where(UserRow.email == email.lower()))
        return None if row is None else _user_of(row)

    async def user(self, user_id: int) -> User | None:
        """The user with this id."""
        async with self._reading() as session:
            row = await session.get(UserRow, user_id)
        return None if row is None else _user_of(row)

    async def logged_in(self, user_id: int) -> None:
        """Note the time of a login."""
        await self._change(user_id, last_login=func.now())

    async def end_refresh_tokens(self, user_id: int) -> None:
        """Make every refresh token of the user worthless."""
        await self._change(user_id, token_version=UserRow.token_version + 1)

    async def _change(self, user_id: int, **values: object) -> None:
        async with self._writing.begin() as session:
            await session.execute(update(UserRow).where(UserRow.id == user_id).values(**values))


async def _refuse_one_user_too_many(session: AsyncSession, tenant_id: int) -> None:
    tenant = await session.get(TenantRow, tenant_id, with_for_update={"key_share": True})
    if tenant is None:
        raise ApiError(404, f"ERR_NO_TENANT_FOUND: there is no tenant {tenant_id}")
    count = await session.scalar(select(func.count()).select_from(UserRow).where(UserRow.tenant_id == tenant_id))
    if (count or 0) >= tenant.max_users:
        raise ApiError(403, f"ERR_USER_LIMIT: the tenant may have {tenant.max_users} users")


def tenant_of(row: TenantRow) -> Tenant:
    """The tenant in this row."""
    return Tenant(
        id=row.id,
        name=row.name,
        status=row.status,
        max_users=row.max_users,
        max_connections=row.max_connections,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _user_of(row: UserRow) -> User:
    return User(
        id=row.id,
        tenant_id=row.tenant_id,
        email=row.email,
        name=row.name,
        profile=Profile(row.profile),
        password_hash=row.password_hash,
        token_version=row.token_version,
    )
