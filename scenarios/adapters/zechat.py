"""Zechat and every backend that speaks its API: channels over HTTP, announcements over socket.io."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from urllib.parse import quote

from .base import (
    AdapterError,
    AdapterSettings,
    Announcement,
    Answer,
    Channel,
    Credentials,
    Seen,
    SeenMessage,
    SeenUsage,
    Tenant,
    adapters,
)
from .exchange import Exchange
from .sockets import TenantSockets
from .zechat_conversations import ZechatConversations

CHANNELS = "/api/whatsapp/whatsapp/"
SESSIONS = "/api/whatsapp-sessions/whatsappsession/"
METRICS = ("/metrics", "/api/metrics")
USAGE = "/api/billing/tenant/usage"
RECONCILE = "/api/admin/reconcile"
USERS_MAX = 10


class ZechatAdapter:
    """Drives one backend for any number of tenants and journeys."""

    name = "zechat"

    def __init__(self, url: str, credentials: Credentials | None, settings: AdapterSettings) -> None:
        self._url = url
        self._credentials = credentials
        self._exchange = Exchange(url, settings)
        self._conversations = ZechatConversations(self._exchange)
        self._sockets = TenantSockets(url, settings, announcement)
        self._super_token = ""
        self._logging_in = asyncio.Lock()

    async def provision(self, label: str, *, channels_max: int) -> Tenant:
        """A new tenant with an administrator of its own, made the way the owner of the backend does."""
        token = await self._owner_token()
        tenant = {"status": "active", "name": label, "maxUsers": USERS_MAX, "maxConnections": channels_max}
        made = await self._must("POST", "/api/admin/tenants", token=token, body=tenant)
        owner = _invented_credentials()
        user = {"tenantId": made.get("id"), "name": label, "profile": "admin"} | _as_body(owner)
        await self._must("POST", "/api/admin/userTenants", token=token, body=user)
        login = await self._must("POST", "/api/auth/login", body=_as_body(owner))
        return Tenant(str(login.get("tenantId")), label, owner, str(login.get("token")))

    async def create_channel(self, tenant: Tenant, name: str) -> tuple[Answer, Channel | None]:
        """Make a channel of type "whatsapp"."""
        answer = await self._ask("POST", CHANNELS.rstrip("/"), tenant, {"name": name, "type": "whatsapp"})
        made = answer.seen if answer.ok else None
        return answer, Channel(made.channel_id, name) if made else None

    async def start(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "Conectar"."""
        return await self._ask("POST", _path(SESSIONS, channel), tenant)

    async def request_qr(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "Novo QR Code"."""
        return await self._ask("PUT", _path(SESSIONS, channel), tenant, {"isQrcode": True})

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        """Look at one channel."""
        return await self._ask("GET", _path(CHANNELS, channel), tenant)

    async def disconnect(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "Desconectar"."""
        return await self._ask("DELETE", _path(SESSIONS, channel), tenant)

    async def delete(self, tenant: Tenant, channel: Channel) -> Answer:
        """Delete the channel."""
        return await self._ask("DELETE", _path(CHANNELS, channel), tenant)

    async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
        """Look at the page "Canais"."""
        answer = await self._ask("GET", CHANNELS, tenant)
        entries = answer.body if answer.ok and isinstance(answer.body, list) else []
        return answer, tuple(shown for entry in entries if (shown := seen(entry)))

    def events(self, tenant: Tenant) -> AbstractAsyncContextManager[AsyncIterator[Announcement]]:
        """Listen to what the backend announces to this tenant."""
        return self._sockets.listen(tenant)

    async def messages(self, tenant: Tenant, channel: Channel) -> tuple[Answer, tuple[SeenMessage, ...]]:
        """Read every conversation of the channel."""
        return await self._conversations.messages(tenant, channel)

    async def reply(self, tenant: Tenant, channel: Channel, contact: str, text: str) -> Answer:
        """Answer in the conversation with this contact."""
        return await self._conversations.reply(tenant, channel, contact, text)

    async def usage(self, tenant: Tenant) -> tuple[Answer, SeenUsage | None]:
        """What the tenant uses of its plan."""
        answer = await self._exchange.ask("GET", USAGE, token=tenant.token)
        body = answer.body if answer.ok and isinstance(answer.body, dict) else None
        if body is None:
            return answer, None
        return answer, SeenUsage(_sessions(body.get("usage")), _sessions(body.get("limits")), body)

    async def reconcile(self, tenant: Tenant | None) -> Answer:
        """Have the backend compare its counters and channels with what is so, as its owner does."""
        body = {} if tenant is None else {"tenantId": _id(tenant.id)}
        return await self._exchange.ask("POST", RECONCILE, token=await self._owner_token(), body=body)

    async def metrics(self) -> str | None:
        """The Prometheus text, from where the backend has it."""
        for path in METRICS:
            answer = await self._exchange.ask("GET", path)
            if answer.ok and isinstance(answer.body, str):
                return answer.body
        return None

    async def close(self) -> None:
        """Close sockets and connections."""
        await self._sockets.close()
        await self._exchange.close()

    async def _ask(self, method: str, path: str, tenant: Tenant, body: object = None) -> Answer:
        answer = await self._exchange.ask(method, path, token=tenant.token, body=body)
        return replace(answer, seen=seen(answer.body)) if answer.ok else answer

    async def _owner_token(self) -> str:
        async with self._logging_in:
            if self._credentials is not None and self._credentials.token:
                return self._credentials.token
            if not self._super_token:
                owner = self._credentials or await self._signed_up()
                login = await self._must("POST", "/api/auth/login", body=_as_body(owner))
                self._super_token = str(login.get("token"))
        return self._super_token

    async def _signed_up(self) -> Credentials:
        """The real backend's sign-up is open to everybody, and honours the profile that is asked for."""
        owner = _invented_credentials()
        body = {"name": "Harness Owner", "profile": "super"} | _as_body(owner)
        await self._must("POST", "/api/auth/signup", body=body)
        return owner

    async def _must(self, method: str, path: str, *, token: str = "", body: object) -> Mapping[str, object]:
        """Without this answer there is no tenant, and nothing to judge."""
        answer = await self._exchange.ask(method, path, token=token, body=body)
        if answer.ok and isinstance(answer.body, dict):
            return answer.body
        # A page of HTML, as a proxy gives it, is cut to one line.
        found = " ".join((answer.error or f"{answer.status_code} {answer.body}").split())[:200]
        raise AdapterError(
            f"no tenant at {self._url}: {method} {path}: {found}; "
            "check the URL, and give the credentials of a user with the profile 'super'"
        )


adapters("zechat")(ZechatAdapter)


def seen(body: object) -> Seen | None:
    """The channel in an answer or announcement, long or short form, bare or wrapped; None without one."""
    if not isinstance(body, dict):
        return None
    for wrapper in ("whatsapp", "session"):
        if isinstance(body.get(wrapper), dict):
            return seen(body[wrapper])
    if body.get("id") is None or "status" not in body:
        return None
    return Seen(
        channel_id=str(body["id"]),
        status=_text(body["status"]),
        qr_image=_text(body.get("qrcode")) or None,
        number=_text(body.get("number")),
        name=_text(body.get("name")),
        body=body,
    )


def announcement(tenant: Tenant, name: str, body: object) -> Announcement:
    """A socket event as the tenant's page takes it: it ignores what carries another tenant's prefix."""
    content = body if isinstance(body, dict) else {}
    action = _text(content.get("action"))
    if name not in {f"{tenant.id}:whatsapp", f"{tenant.id}:whatsappSession"}:
        return Announcement(name, action, None, None, body)
    shown = seen(content)
    named = content.get("whatsappId", content.get("sessionId"))
    channel_id = shown.channel_id if shown else _text(named)
    return Announcement(name, action, shown, channel_id, body)


def _text(value: object) -> str | None:
    """Verbatim where it is text; anything else as JSON spells it, null as None."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _sessions(counts: object) -> int | None:
    """The number of WhatsApp sessions in a table of counts."""
    found = counts.get("whatsappSessions") if isinstance(counts, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _id(text: str) -> int | str:
    """An id as the backend gave it: mostly a number."""
    return int(text) if text.isdecimal() else text


def _path(base: str, channel: Channel) -> str:
    return base + quote(channel.id, safe="")


def _as_body(credentials: Credentials) -> dict[str, str]:
    return {"email": credentials.email, "password": credentials.password}


def _invented_credentials() -> Credentials:
    """Nobody's: the domain is reserved, the rest is chance, so that runs on one backend never meet."""
    return Credentials(f"harness-{secrets.token_hex(6)}@example.test", secrets.token_urlsafe(16))
