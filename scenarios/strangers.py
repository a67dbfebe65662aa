"""A second tenant that tries what is none of its business, and listens where it should hear nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from scenarios.adapters.base import Adapter, AdapterError, Announcement, Answer, Channel, Seen, Tenant
from scenarios.clicking import without_images
from scenarios.eyes import read_qr
from scenarios.life import Life
from scenarios.page import Recorder
from scenarios.status import ChannelStatus

_STEADY = frozenset({ChannelStatus.CONNECTED.value, ChannelStatus.DISCONNECTED.value})
_GONE = frozenset({403, 404, 410})
BODY_CHARS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class _Secret:
    """What only the owner of a channel may come to see."""

    owner: Tenant
    channel: Channel
    marks: tuple[str, ...]

    def told_by(self, body: object, seen: Seen | None) -> bool:
        """Whether this shows anything of the channel."""
        if seen is not None and seen.channel_id == self.channel.id:
            return True
        text = body if isinstance(body, str) else orjson.dumps(body, default=str).decode()
        return any(mark in text for mark in self.marks)


@dataclass(slots=True)
class Stranger:
    """The second tenant of a phase."""

    adapter: Adapter
    tenant: Tenant
    phase: str
    recorder: Recorder
    _watched: dict[str, _Secret] = field(default_factory=dict)
    _heard: set[str] = field(default_factory=set)

    async def trespass(self, life: Life, channel: Channel) -> None:
        """Try everything that a person of another tenant could try with this channel."""
        owner = life.page.tenant
        marks = (channel.name, *([life.code] if life.code else ()))
        secret = self._watched[channel.id] = _Secret(owner, channel, marks)
        adapter, me = self.adapter, self.tenant
        await self._look(secret, "read", adapter.read(me, channel))
        answer, shown = await adapter.list_channels(me)
        mine = next((seen for seen in shown if seen.channel_id == channel.id), None)
        self._note(secret, "list", answer, shown=secret.told_by(answer.body, mine))
        for via, click in (
            ("start", adapter.start),
            ("request_qr", adapter.request_qr),
            ("disconnect", adapter.disconnect),
            ("delete", adapter.delete),
        ):
            before = (await adapter.read(owner, channel)).seen
            answer = await click(me, channel)
            after = await adapter.read(owner, channel)
            self._note(secret, via, answer, changed=_changed(before, after))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear what this tenant's own socket says; what was never heard is on record at the end, too."""
        async with self.adapter.events(self.tenant) as announcements:
            task = asyncio.create_task(self._listen(announcements))
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                for channel_id, secret in self._watched.items():
                    if channel_id not in self._heard:
                        self._write(secret, "socket", status_code=None, shown=False, body=None)

    async def _listen(self, announcements: AsyncIterator[Announcement]) -> None:
        try:
            async for announcement in announcements:
                self.overhear(announcement)
        except AdapterError:
            return

    def overhear(self, announcement: Announcement) -> None:
        """Note an announcement that tells of somebody else's channel."""
        for channel_id, secret in self._watched.items():
            named = announcement.name.startswith(f"{secret.owner.id}:")
            seen = announcement.seen
            if named or announcement.channel_id == channel_id or secret.told_by(announcement.body, seen):
                self._heard.add(channel_id)
                self._write(secret, "socket", status_code=None, shown=True, body=announcement.body)

    async def _look(self, secret: _Secret, via: str, call: Awaitable[Answer]) -> None:
        answer = await call
        self._note(secret, via, answer)

    def _note(
        self,
        secret: _Secret,
        via: str,
        answer: Answer,
        *,
        shown: bool | None = None,
        changed: bool | None = None,
    ) -> None:
        if shown is None:
            shown = secret.told_by(answer.body, answer.seen)
        self._write(secret, via, status_code=answer.status_code, shown=shown, changed=changed, body=answer.body)

    def _write(self, secret: _Secret, via: str, *, body: object, **found: Any) -> None:
        about = {"phase": self.phase, "tenant": self.tenant.id, "owner": secret.owner.id}
        self.recorder.write(
            "trespass", **about, channel=secret.channel.id, via=via, **found, body=_short(without_images(body))
        )


def _changed(before: Seen | None, after: Answer) -> bool | None:
    """Whether the owner's channel is another one afterwards; None where it may have changed by itself."""
    if before is None or before.status not in _STEADY:
        return None
    if after.seen is None:
        return True if after.status_code in _GONE else None
    same = after.seen.status == before.status and _code(after.seen) == _code(before)
    return not same


def _code(seen: Seen) -> str | None:
    return read_qr(seen.qr_image).code if seen.qr_image else None


def _short(body: object) -> object:
    text = str(body)
    return body if len(text) <= BODY_CHARS_MAX else f"{text[:BODY_CHARS_MAX]}…"
