"""What every adapter has to be able to do, as one function that any adapter can be run through.

It drives whole journeys through a backend that is known to be good and says what the adapter fails to do or
to show. It does not judge the backend: that is what invariants are for.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from scenarios.eyes import read_qr

from .base import Adapter, AdapterError, Announcement, Answer, Channel, Seen, Tenant

POLL_S = 0.05
UNKNOWN_ID = "999999999"


class Phone(Protocol):
    """Whatever can scan the code of a QR."""

    async def scan(self, *, code: str) -> Mapping[str, Any]:
        """Scan; the answer has a `verdict`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that an adapter does not do as it should."""

    step: str
    found: str

    def __str__(self) -> str:
        return f"{self.step}: {self.found}"


class _BrokenError(Exception):
    """The rest of this journey makes no sense any more."""


@dataclass
class _Trial:
    """One adapter on its way through the suite."""

    adapter: Adapter
    phone: Phone
    within_s: float
    sleep: Callable[[float], Awaitable[object]]
    problems: list[Problem] = field(default_factory=list)
    heard: tuple[list[Announcement], list[Announcement]] = field(default_factory=lambda: ([], []))

    def expect(self, holds: object, step: str, found: object) -> None:
        """Note a problem unless it holds."""
        if not holds:
            self.problems.append(Problem(step, str(found)[:300]))

    def need(self, holds: object, step: str, found: object) -> None:
        """The same for what everything after it stands on."""
        self.expect(holds, step, found)
        if not holds:
            raise _BrokenError

    async def until(self, step: str, look: Callable[[], Awaitable[bool]]) -> None:
        """Look again and again until it is so; a problem when it is not so in time."""
        for _ in range(max(1, round(self.within_s / POLL_S))):
            if await look():
                return
            await self.sleep(POLL_S)
        self.need(holds=False, step=step, found=f"not within {self.within_s:g} s")


async def check_adapter(
    adapter: Adapter,
    phone: Phone,
    *,
    within_s: float = 10.0,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    unreachable: Adapter | None = None,
) -> tuple[Problem, ...]:
    """Run the suite; no problems means that the adapter conforms. Both adapters stay open.

    `unreachable` is a second adapter of the same kind for an address where nobody answers.
    """
    trial = _Trial(adapter, phone, within_s, sleep)
    for part in (_journey, _strangers, _limits):
        try:
            await part(trial)
        except AdapterError as error:
            trial.expect(holds=False, step=part.__name__.strip("_"), found=error)
        except _BrokenError:
            continue
    if unreachable is not None:
        await _no_answer(trial, unreachable)
    return tuple(trial.problems)


async def _journey(trial: _Trial) -> None:
    """Create, connect, disconnect, delete: each click is answered, and its effect can be seen."""
    adapter = trial.adapter
    tenant = await adapter.provision("conformance", channels_max=5)
    async with _listening(trial, tenant):
        channel = await _created(trial, tenant, "conformance 1")
        await _listed(trial, tenant, channel)
        trial.expect((await adapter.start(tenant, channel)).ok, "start", "refused")
        await _connected(trial, tenant, channel)
        await _answered(trial, "disconnect", adapter.disconnect(tenant, channel))
        await _shows(trial, tenant, channel, "disconnect", lambda seen: seen.status == "DISCONNECTED")
        await _answered(trial, "request_qr", adapter.request_qr(tenant, channel))
        await _shows(trial, tenant, channel, "request_qr", lambda seen: bool(seen.qr_image))
        await _answered(trial, "delete", adapter.delete(tenant, channel))
        if getattr(adapter, "announces", True):
            await _announced(trial, channel)
    answer, channels = await adapter.list_channels(tenant)
    trial.expect(not channels, "delete", f"still listed: {channels}")
    answer = await adapter.read(tenant, channel)
    trial.expect(_refused(answer), "read", f"a deleted channel answers {answer}")


async def _strangers(trial: _Trial) -> None:
    """Tenants are distinct, and what is not there is an answer and no exception."""
    adapter = trial.adapter
    one = await adapter.provision("conformance one", channels_max=1)
    other = await adapter.provision("conformance other", channels_max=1)
    trial.expect(one.id != other.id, "provision", f"two tenants with the id {one.id}")
    channel = await _created(trial, one, "conformance 2")
    for step, answer in (
        ("read another tenant's channel", await adapter.read(other, channel)),
        ("read an unknown channel", await adapter.read(one, Channel(UNKNOWN_ID, "nobody"))),
        ("delete an unknown channel", await adapter.delete(one, Channel(UNKNOWN_ID, "nobody"))),
    ):
        trial.expect(_refused(answer), step, answer)
    await adapter.delete(one, channel)


async def _limits(trial: _Trial) -> None:
    """`channels_max` reaches the backend."""
    tenant = await trial.adapter.provision("conformance limit", channels_max=1)
    channel = await _created(trial, tenant, "conformance 3")
    answer, second = await trial.adapter.create_channel(tenant, "conformance 4")
    trial.expect(_refused(answer) and second is None, "channels_max=1", f"a second channel: {answer}")
    await trial.adapter.delete(tenant, channel)


async def _no_answer(trial: _Trial, unreachable: Adapter) -> None:
    """A backend that is not there is an answer with status code 0 and a reason."""
    answer, channels = await unreachable.list_channels(Tenant("1", "nobody"))
    trial.expect(answer.status_code == 0 and answer.error and not channels, "list_channels without a backend", answer)


async def _created(trial: _Trial, tenant: Tenant, name: str) -> Channel:
    answer, channel = await trial.adapter.create_channel(tenant, name)
    trial.need(answer.ok and channel is not None, "create_channel", answer)
    assert channel is not None  # noqa: S101  the line above
    trial.expect(channel.name == name, "create_channel", f"named '{channel.name}', asked for '{name}'")
    return channel


async def _listed(trial: _Trial, tenant: Tenant, channel: Channel) -> None:
    answer, channels = await trial.adapter.list_channels(tenant)
    ids = [seen.channel_id for seen in channels]
    trial.expect(answer.ok and ids == [channel.id], "list_channels", f"{answer.status_code} with ids {ids}")


async def _connected(trial: _Trial, tenant: Tenant, channel: Channel) -> None:
    """The image that is shown can be scanned, and scanning it connects."""
    codes: list[str] = []

    def readable(seen: Seen) -> bool:
        reading = read_qr(seen.qr_image) if seen.qr_image else None
        codes.extend([reading.code] if reading and reading.code else [])
        return bool(codes)

    await _shows(trial, tenant, channel, "start: a QR that can be read", readable)
    scan = await trial.phone.scan(code=codes[-1])
    trial.need(scan.get("verdict") == "linked", "scan of the code that was shown", scan)
    await _shows(trial, tenant, channel, "scan", lambda seen: seen.status == "CONNECTED")


async def _shows(trial: _Trial, tenant: Tenant, channel: Channel, step: str, holds: Callable[[Seen], bool]) -> None:
    async def look() -> bool:
        answer = await trial.adapter.read(tenant, channel)
        return answer.seen is not None and holds(answer.seen)

    await trial.until(f"{step}: seen by reading", look)


async def _answered(trial: _Trial, step: str, asked: Awaitable[Answer]) -> None:
    answer = await asked
    trial.expect(answer.ok, step, answer)


async def _announced(trial: _Trial, channel: Channel) -> None:
    """The socket told of the connection and of the end, under the id that the other calls use."""
    first, second = trial.heard
    expected: dict[str, Callable[[Announcement], bool]] = {
        "events: CONNECTED announced": lambda heard: bool(heard.seen and heard.seen.status == "CONNECTED"),
        "events: deletion announced": lambda heard: heard.action == "delete",
    }
    for step, holds in expected.items():

        async def look(holds: Callable[[Announcement], bool] = holds) -> bool:
            return any(heard.channel_id == channel.id and holds(heard) for heard in first)

        await trial.until(step, look)

    async def shared() -> bool:
        return second == first

    await trial.until("events: a second listener of the tenant hears the same", shared)


def _refused(answer: Answer) -> bool:
    return answer.status_code >= 400 and answer.seen is None  # noqa: PLR2004  the meaning of HTTP's classes


@asynccontextmanager
async def _listening(trial: _Trial, tenant: Tenant) -> AsyncIterator[None]:
    """Keep what the socket says; two listeners, because journeys share it."""
    async with trial.adapter.events(tenant) as first, trial.adapter.events(tenant) as second:
        pairs = zip(trial.heard, (first, second), strict=True)
        keeping = [asyncio.create_task(_keep(heard, announcements)) for heard, announcements in pairs]
        try:
            yield
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)


async def _keep(heard: list[Announcement], announcements: AsyncIterator[Announcement]) -> None:
    async for announcement in announcements:
        heard.append(announcement)  # noqa: PERF401  one at a time, for somebody looks on
