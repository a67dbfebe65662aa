"""The one page that all people of a tenant look at: the channel list and the socket, shared.

A tenant has one socket and one polling loop, however many journeys are under way; each look is dispatched to
the `View` of its channel. Every look is decoded and journalled here, once, so that journeys only decide.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from scenarios.adapters.base import Adapter, AdapterError, Announcement, Channel, Seen, Tenant
from scenarios.eyes import read_qr
from scenarios.sighting import Sighting, Via
from scenarios.timing import Clock

POLL_S = 0.5
SOCKET_OPEN_S_MAX = 10.0
_EARLY_MAX = 16


class Recorder(Protocol):
    """Where a simulated person's history goes; `fake_evolution.Journal` is one."""

    def write(self, kind: str, **fields: Any) -> object:
        """Append a record."""


class View:
    """One channel on the page: what has been seen of it and not been looked at yet."""

    def __init__(
        self, channel: Channel, *, phase: str, journey: str | None, recorder: Recorder, tenant: str | None = None
    ) -> None:
        self.channel = channel
        self._tenant = tenant
        self.changed = asyncio.Event()
        self._phase = phase
        self._journey = journey
        self._recorder = recorder
        self._unread: deque[Sighting] = deque()
        self._last: dict[str, tuple[str | None, ...]] = {}

    def observe(
        self,
        seen: Seen,
        *,
        via: Via,
        at_s: float,
        asked_s: float | None = None,
        action: str | None = None,
        announcement: str | None = None,
    ) -> None:
        """Take in one look; polls that show nothing new are not journalled again."""
        qr = read_qr(seen.qr_image) if seen.qr_image else None
        sighting = Sighting(
            channel=self.channel.id,
            via=via,
            at_s=at_s,
            asked_s=asked_s,
            status=seen.status,
            code=qr.code if qr else None,
            qr_error=qr.error if qr else None,
            number=seen.number,
            name=seen.name,
            action=action,
            announcement=announcement,
            phase=self._phase,
            journey=self._journey,
            tenant=self._tenant,
        )
        polled = via in {Via.LIST, Via.READ}
        if not polled or self._last.get(via) != sighting.content:
            self._recorder.write("seen", **sighting.fields())
        self._last[via] = sighting.content
        self._unread.append(sighting)
        self.changed.set()

    def take(self) -> Iterator[Sighting]:
        """The looks nobody has dealt with yet, oldest first; those not taken stay."""
        while self._unread:
            yield self._unread.popleft()
        self.changed.clear()


class Page:
    """A tenant's page; open it with `open_page`."""

    def __init__(
        self, adapter: Adapter, tenant: Tenant, *, phase: str, recorder: Recorder, clock: Clock, poll_s: float
    ) -> None:
        self.adapter = adapter
        self.tenant = tenant
        self.phase = phase
        self.recorder = recorder
        self.clock = clock
        self._poll_s = poll_s
        self._views: dict[str, View] = {}
        self._early: deque[tuple[Announcement, float]] = deque(maxlen=_EARLY_MAX)
        self._reads: dict[str, asyncio.Task[None]] = {}
        self._group = asyncio.TaskGroup()
        self._status_codes = {"list": 200, "socket": 200}

    def follow(self, channel: Channel, *, journey: str | None) -> View:
        """Start looking at a channel; announcements that overtook the answer to its creation come along."""
        view = View(channel, phase=self.phase, journey=journey, recorder=self.recorder, tenant=self.tenant.id)
        self._views[channel.id] = view
        early = [entry for entry in self._early if entry[0].channel_id == channel.id]
        for entry in early:
            self._early.remove(entry)
            self._announced(*entry)
        return view

    def forget(self, channel: Channel) -> None:
        """Stop looking at a channel."""
        self._views.pop(channel.id, None)

    async def poll(self) -> None:
        """Load the channel list again and again."""
        while True:
            asked_s = self.clock.now()
            answer, channels = await self.adapter.list_channels(self.tenant)
            self._note("list", answer.status_code, answer.error, answer.duration_s)
            at_s = self.clock.now()
            for seen in channels:
                if (view := self._views.get(seen.channel_id)) is not None:
                    view.observe(seen, via=Via.LIST, at_s=at_s, asked_s=asked_s)
            await self.clock.sleep(self._poll_s)

    async def listen(self, opened: asyncio.Event) -> None:
        """Follow the socket; a socket that ends is opened again."""
        while True:
            try:
                async with self.adapter.events(self.tenant) as announcements:
                    opened.set()
                    self._note("socket", 200, None)
                    async for announcement in announcements:
                        self._announced(announcement, self.clock.now())
            except AdapterError as error:
                self._note("socket", 0, str(error))
            await self.clock.sleep(self._poll_s)

    def _announced(self, announcement: Announcement, at_s: float) -> None:
        view = self._views.get(announcement.channel_id or "")
        if view is None:
            if announcement.channel_id:
                self._early.append((announcement, at_s))
            return
        seen = announcement.seen
        if seen is not None:
            view.observe(
                seen,
                via=Via.SOCKET,
                at_s=at_s,
                action=announcement.action,
                announcement=announcement.name,
            )
        if seen is None or not seen.qr_image:
            self._read_soon(view)

    def _read_soon(self, view: View) -> None:
        """An announcement without an image makes the page load that channel, as a client does."""
        if view.channel.id not in self._reads:
            self._reads[view.channel.id] = self._group.create_task(self._read(view))

    async def _read(self, view: View) -> None:
        asked_s = self.clock.now()
        try:
            answer = await self.adapter.read(self.tenant, view.channel)
        finally:
            del self._reads[view.channel.id]
        if answer.seen is not None and view.channel.id in self._views:
            view.observe(answer.seen, via=Via.READ, at_s=self.clock.now(), asked_s=asked_s)

    def _note(self, action: str, status_code: int, error: str | None, duration_s: float = 0.0) -> None:
        """A list or socket that cannot be had is history, too: once for each change of its status code."""
        if status_code == self._status_codes[action]:
            return
        self._status_codes[action] = status_code
        self.recorder.write(
            "reply",
            phase=self.phase,
            journey=None,
            channel=None,
            action=action,
            status_code=status_code,
            duration_s=duration_s,
            error=error,
            body=None,
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Look until the block ends; a bug in looking ends the block."""
        socket_open = asyncio.Event()
        async with self._group:
            looking = [
                self._group.create_task(self.listen(socket_open)),
                self._group.create_task(self.poll()),
            ]
            try:
                await self.clock.wait(socket_open, SOCKET_OPEN_S_MAX)
                yield
            finally:
                for task in (*looking, *self._reads.values()):
                    task.cancel()


@asynccontextmanager
async def open_page(
    adapter: Adapter,
    tenant: Tenant,
    *,
    phase: str,
    recorder: Recorder,
    clock: Clock,
    poll_s: float = POLL_S,
) -> AsyncIterator[Page]:
    """The tenant's page, with its socket open and its list loading, until the block ends."""
    page = Page(adapter, tenant, phase=phase, recorder=recorder, clock=clock, poll_s=poll_s)
    async with page.opened():
        yield page
