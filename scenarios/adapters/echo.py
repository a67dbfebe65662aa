"""A correct little backend in memory, with a phone beside it: tests the harness itself.

It does, at once or after the delays it is given, what a good backend does after talking to Evolution. What
the fake server would have journalled (QR codes, scans, states) goes to `record`, so that its history can be
judged.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import segno

from scenarios.status import ChannelStatus

from .base import AdapterSettings, Announcement, Answer, Channel, Credentials, Seen, SeenUsage, Tenant, adapters
from .listeners import Announcements

GONE = "no such channel"


@dataclass(slots=True)
class _Entry:
    """A channel, and the session it is in: what belongs to an earlier session has no effect any more."""

    tenant: Tenant
    channel: Channel
    status: ChannelStatus = ChannelStatus.DISCONNECTED
    codes: list[str] = field(default_factory=list)
    number: str | None = None
    session: int = 0


def echo_code(channel_id: str, count: int) -> str:
    """The text of a channel's QR number `count`, unless the author of a test has a better idea."""
    return f"2@echo,{channel_id},{count}"


class EchoAdapter:
    """The backend and, with `scan`, the phone."""

    name = "echo"

    def __init__(
        self,
        *,
        code: Callable[[str, int], str] = echo_code,
        qr_after_s: float = 0.0,
        open_after_s: float = 0.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        record: Callable[..., object] = lambda _kind, **_fields: None,
        settings: AdapterSettings | None = None,
    ) -> None:
        self._code = code
        self._qr_after_s = qr_after_s
        self._open_after_s = open_after_s
        self._sleep = sleep
        self._record = record
        self._settings = settings or AdapterSettings()
        self._entries: dict[str, _Entry] = {}
        self._limits: dict[str, int] = {}
        self._last_id = 0
        self._linked: set[str] = set()
        self._pending: set[asyncio.Task[None]] = set()
        self._listeners: dict[Announcements, str] = {}

    async def provision(self, label: str, *, channels_max: int) -> Tenant:
        """The next tenant."""
        tenant = Tenant(str(len(self._limits) + 1), label)
        self._limits[tenant.id] = channels_max
        return tenant

    async def create_channel(self, tenant: Tenant, name: str) -> tuple[Answer, Channel | None]:
        """Make a channel, up to the tenant's limit."""
        if len(self._of(tenant)) >= self._limits.get(tenant.id, 0):
            return _refusal(400, "the tenant has as many channels as it may have"), None
        self._last_id += 1
        channel = Channel(str(self._last_id), name)
        self._entries[channel.id] = _Entry(tenant, channel)
        self._announce(self._entries[channel.id], "update")
        return self._shown(self._entries[channel.id]), channel

    async def start(self, tenant: Tenant, channel: Channel) -> Answer:
        """Ask for a QR; nothing happens to a channel that has one or is connected."""
        entry = self._find(tenant, channel)
        if entry is None:
            return _refusal(404, GONE)
        if entry.status in {ChannelStatus.DISCONNECTED, ChannelStatus.ERROR}:
            self._change(entry, ChannelStatus.CONNECTING, phase="starting", new_session=True)
            self._later(entry, self._qr_after_s, self._show_qr)
        return self._shown(entry)

    async def request_qr(self, tenant: Tenant, channel: Channel) -> Answer:
        """Replace the QR by a new one, which the answer shows when it comes at once."""
        entry = self._find(tenant, channel)
        if entry is None:
            return _refusal(404, GONE)
        if entry.status is ChannelStatus.CONNECTED:
            return _refusal(409, "the channel is connected; disconnect it first")
        entry.session += 1
        self._later(entry, self._qr_after_s, self._show_qr)
        return self._shown(entry)

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        """The channel as it is."""
        entry = self._find(tenant, channel)
        return self._shown(entry) if entry else _refusal(404, GONE)

    async def disconnect(self, tenant: Tenant, channel: Channel) -> Answer:
        """End the session; its codes are worth nothing any more."""
        entry = self._find(tenant, channel)
        if entry is None:
            return _refusal(404, GONE)
        entry.number = None
        self._change(entry, ChannelStatus.DISCONNECTED, phase="closed", new_session=True)
        return self._shown(entry)

    async def delete(self, tenant: Tenant, channel: Channel) -> Answer:
        """Remove the channel."""
        entry = self._find(tenant, channel)
        if entry is None:
            return _refusal(404, GONE)
        entry.session += 1
        del self._entries[channel.id]
        self._record_state(entry, "removed")
        self._send(entry, Announcement("channel", "delete", None, channel.id, {"id": channel.id}))
        return Answer(200, {"id": channel.id}, 0.0)

    async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
        """All channels of the tenant, oldest first."""
        shown = tuple(_seen(entry) for entry in self._of(tenant))
        return Answer(200, [each.body for each in shown], 0.0), shown

    @asynccontextmanager
    async def events(self, tenant: Tenant) -> AsyncIterator[Announcements]:
        """Everything that changes in the tenant's channels, at the moment it does."""
        listener = Announcements(self._settings.announcements_waiting_max)
        self._listeners[listener] = tenant.id
        try:
            yield listener
        finally:
            self._listeners.pop(listener, None)

    async def usage(self, tenant: Tenant) -> tuple[Answer, SeenUsage | None]:
        """What is connected, of what may be."""
        sessions = sum(entry.status is ChannelStatus.CONNECTED for entry in self._of(tenant))
        limit = self._limits.get(tenant.id)
        return Answer(200, {"sessions": sessions, "limit": limit}, 0.0), SeenUsage(sessions, limit, {})

    async def metrics(self) -> str | None:
        """It counts nothing."""
        return None

    async def close(self) -> None:
        """Drop what was still to come."""
        for task in self._pending:
            task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)
        while self._listeners:
            self._listeners.popitem()[0].put(None)

    async def scan(
        self,
        *,
        code: str,
        instance: str | None = None,
        number: str | None = None,
        profile_name: str | None = None,
    ) -> dict[str, Any]:
        """A phone scans a code; the verdict is in the words of the fake's control API."""
        entry = next((each for each in self._entries.values() if code in each.codes), None)
        verdict = self._verdict(entry, code, instance)
        name = entry.channel.id if entry else None
        self._record("scan", instance=name, code=code, verdict=verdict, number=number, profile_name=profile_name)
        if entry and verdict == "linked":
            self._linked.add(code)
            entry.number = number or "5511900000000"
            self._later(entry, self._open_after_s, self._open)
        return {"verdict": verdict, "instance": name}

    def _verdict(self, entry: _Entry | None, code: str, instance: str | None) -> str:
        if entry is None:
            return "unknown"
        if instance not in {None, entry.channel.id}:
            return "foreign"
        if code in self._linked:
            return "repeated"
        current = entry.status is ChannelStatus.QRCODE and code == entry.codes[-1]
        return "linked" if current else "expired"

    def _show_qr(self, entry: _Entry) -> None:
        entry.codes.append(self._code(entry.channel.id, len(entry.codes) + 1))
        name = entry.channel.id
        self._record("qr", instance=name, instance_id=name, count=len(entry.codes), code=entry.codes[-1])
        self._change(entry, ChannelStatus.QRCODE, phase="qr")

    def _open(self, entry: _Entry) -> None:
        self._change(entry, ChannelStatus.CONNECTED, phase="open")

    def _change(self, entry: _Entry, status: ChannelStatus, *, phase: str, new_session: bool = False) -> None:
        entry.status = status
        entry.session += new_session
        self._record_state(entry, phase)
        self._announce(entry, "update")

    def _record_state(self, entry: _Entry, phase: str) -> None:
        self._record("state", instance=entry.channel.id, instance_id=entry.channel.id, phase=phase)

    def _later(self, entry: _Entry, delay_s: float, action: Callable[[_Entry], None]) -> None:
        """Do it after the delay, unless the session has changed by then; without a delay, do it now."""
        if delay_s <= 0:
            action(entry)
            return
        session = entry.session

        async def wait() -> None:
            await self._sleep(delay_s)
            if entry.session == session:
                action(entry)

        task = asyncio.get_running_loop().create_task(wait())
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    def _announce(self, entry: _Entry, action: str) -> None:
        shown = _seen(entry)
        self._send(entry, Announcement("channel", action, shown, shown.channel_id, shown.body))

    def _send(self, entry: _Entry, announcement: Announcement) -> None:
        for listener, tenant_id in self._listeners.items():
            if tenant_id == entry.tenant.id:
                listener.put(announcement)

    def _find(self, tenant: Tenant, channel: Channel) -> _Entry | None:
        entry = self._entries.get(channel.id)
        return entry if entry and entry.tenant.id == tenant.id else None

    def _of(self, tenant: Tenant) -> list[_Entry]:
        return [entry for entry in self._entries.values() if entry.tenant.id == tenant.id]

    def _shown(self, entry: _Entry) -> Answer:
        shown = _seen(entry)
        return Answer(200, shown.body, 0.0, seen=shown)


@adapters("echo")
def open_echo(_url: str, _credentials: Credentials | None, settings: AdapterSettings) -> EchoAdapter:
    """It is nowhere and asks nobody's name."""
    return EchoAdapter(settings=settings)


@lru_cache(maxsize=256)
def qr_image(code: str) -> str:
    """A code as the data URL of a PNG; the fixed mask saves most of the time that drawing takes."""
    return str(segno.make(code, error="l", mask=0, micro=False).png_data_uri(scale=4, border=3))


def _seen(entry: _Entry) -> Seen:
    image = qr_image(entry.codes[-1]) if entry.status is ChannelStatus.QRCODE else None
    connected = entry.status is ChannelStatus.CONNECTED
    body = {
        "id": entry.channel.id,
        "name": entry.channel.name,
        "status": entry.status.value,
        "qrcode": image,
        "number": entry.number if connected else None,
    }
    return Seen(entry.channel.id, body["status"], image, body["number"], entry.channel.name, body)


def _refusal(status_code: int, error: str) -> Answer:
    return Answer(status_code, {"error": error}, 0.0)
