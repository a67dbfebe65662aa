"""What stands beside the backend in memory when a script is tried: phones, hands on its parts, and a bad backend."""

import asyncio
from collections.abc import Mapping
from typing import Any

from scenarios.adapters import Answer, Channel, Seen, Tenant
from scenarios.adapters.echo import EchoAdapter
from scenarios.runner import Bench
from scenarios.stack.controls import Part
from scenarios.stack.errors import StackError
from scenarios.tests.stage import LoopTime, Notes
from scenarios.timing import LoopClock

AWAY = Answer(0, None, 0.0, "no answer: cannot connect")


class EchoPhones:
    """The provider's side of the backend in memory; `asked` is what was asked of it, in order."""

    def __init__(self, echo: EchoAdapter) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.scan = echo.scan

    async def instances(self) -> list[dict[str, Any]]:
        """Instances 1 to 9, each with its first code."""
        return [{"name": str(number), "code": f"2@echo,{number},1"} for number in range(1, 10)]

    async def phone(self, instance: str, action: str, *, code: int | None = None, for_s: float | None = None) -> None:
        """Nothing happens, but it is remembered."""
        del code
        self.asked.append((action, instance) if for_s is None else (action, instance, for_s))

    async def messages(
        self,
        instance: str,
        *,
        text: str | None = None,
        sender: str | None = None,
        count: int = 1,
        from_me: bool = False,
    ) -> list[str]:
        """Messages with ids that count."""
        del sender
        self.asked.append(("messages", instance, text, from_me))
        return [f"M{len(self.asked)}.{number}" for number in range(count)]

    async def ack(self, instance: str, message_id: str, status: str) -> str:
        """Remembered."""
        self.asked.append(("ack", instance, message_id, status))
        return status

    async def emit(self, instance: str, event: str, data: Any) -> Mapping[str, Any]:
        """Remembered."""
        self.asked.append(("emit", instance, event, data))
        return {}

    async def subscribe_by_events(self, instance: str) -> None:
        """Remembered."""
        self.asked.append(("subscribe_by_events", instance))

    async def restart(self, *, down_s: float | None = None) -> Mapping[str, Any]:
        """Remembered."""
        self.asked.append(("restart", down_s))
        return {}


class MortalEcho(EchoAdapter):
    """Gives no answer while it is away, and does nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.away = False

    async def start(self, tenant: Tenant, channel: Channel) -> Answer:
        return AWAY if self.away else await super().start(tenant, channel)

    async def disconnect(self, tenant: Tenant, channel: Channel) -> Answer:
        return AWAY if self.away else await super().disconnect(tenant, channel)


class LeakyEcho(EchoAdapter):
    """Shows everybody's channels to everybody."""

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        for entry in self._entries.values():
            if entry.channel == channel:
                return await super().read(entry.tenant, channel)
        return await super().read(tenant, channel)

    async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
        everybody = {tenant.id: tenant} | {entry.tenant.id: entry.tenant for entry in self._entries.values()}
        found = [await super(LeakyEcho, self).list_channels(one) for one in everybody.values()]
        return Answer(200, [answer.body for answer, _ in found], 0.0), tuple(seen for _, all_ in found for seen in all_)


class EchoHands:
    """Hands on the backend in memory; with `stays_away` it never comes back."""

    links = None

    def __init__(self, echo: MortalEcho, *, stays_away: bool = False) -> None:
        self.controls = self
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._echo = echo
        self._stays_away = stays_away

    async def kill(self, part: Part) -> int | None:
        """It is away."""
        assert part is Part.BACKEND
        self._echo.away = True
        return -9

    async def stop(self, part: Part) -> int | None:
        """It is away, in order."""
        await self.kill(part)
        return 0

    async def start(self, part: Part) -> None:
        """It is back."""
        assert part is Part.BACKEND
        if self._stays_away:
            raise StackError("not healthy within 60 s", log_tail=["no such table"])
        self._echo.away = False

    async def pause(self, part: Part) -> None:
        """It gives no answer."""
        await self.kill(part)

    async def resume(self, part: Part) -> None:
        """It answers again."""
        await self.start(part)


class Silence:
    """Nobody is told of progress."""

    def say(self, text: str) -> None:
        """Not heard."""

    def count(self, what: str, done: int, total: int, *, failed: int = 0) -> None:
        """Not counted."""


class World:
    """A provider that can be reset."""

    async def reset(self, **_given: object) -> None:
        """Nothing was kept."""


def bench_for(notes: Notes, echo: EchoAdapter, *, hands: EchoHands | None = None, phone: Any = None) -> Bench:
    """All that a phase needs, in memory."""
    hands = hands or EchoHands(MortalEcho())
    return Bench(
        fake=World(),
        journal=notes,
        clock=LoopClock(LoopTime()),
        adapter=echo,
        phone=phone or EchoPhones(echo),
        backend=hands,
        reporter=Silence(),
        keep=lambda _result, _phase: None,
        hands=hands,
    )
