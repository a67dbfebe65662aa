"""Kills the backend at random moments of a run of many channels, and counts what is lost.

    python -m scenarios.killing --kills 50 --channels 60 --seed 1

Exit 0: nothing was lost. Exit 1: what was, one line each.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from fake_evolution import Client, Config, FakeServer, World
from scenarios.adapters import open_adapter
from scenarios.adapters.base import Adapter, Channel, Conversations, Tenant
from scenarios.stack import StackSettings, open_stack
from scenarios.stack.base import Stack
from scenarios.stack.controls import Part

MESSAGES_EACH = 3
LOOK_S = 0.25
# A webhook that met a dead backend comes again soon, so that the run measures the backend and not the waiting.
RETRIES = {
    "WEBHOOK_RETRY_INITIAL_DELAY_SECONDS": "1",
    "WEBHOOK_RETRY_USE_EXPONENTIAL_BACKOFF": "false",
    "WEBHOOK_RETRY_MAX_ATTEMPTS": "120",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How many channels, how many kills, and when: everything drawn comes from the seed."""

    channels: int
    kills: int
    seed: int
    limit_s: float = 240.0


@dataclass(slots=True)
class Progress:
    """How many kills there were, and a bell for whoever waits for the next."""

    kills: int = 0
    is_over: bool = False
    rung: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def note(self, *, over: bool = False) -> None:
        """One more kill, or no more at all."""
        async with self.rung:
            self.kills += not over
            self.is_over = over
            self.rung.notify_all()

    async def reached(self, kills: int) -> None:
        """Return when there were so many kills, or there will be no more."""
        async with self.rung:
            await self.rung.wait_for(lambda: self.is_over or self.kills >= kills)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who clicks until it works, and scans."""

    adapter: Adapter
    tenant: Tenant
    control: Client

    async def linked(self, name: str) -> Channel:
        """A channel that is CONNECTED, however often the backend died on the way."""
        channel = await self._created(name)
        status = ""
        while status != "CONNECTED":
            answer = await self.adapter.read(self.tenant, channel)
            status = str(answer.seen.status) if answer.seen else ""
            if status in ("DISCONNECTED", "ERROR"):
                await self.adapter.start(self.tenant, channel)
            elif status == "QRCODE":
                await self._scan(channel)
            await pause(LOOK_S)
        return channel

    async def _created(self, name: str) -> Channel:
        """A create whose answer was lost may have worked."""
        while True:
            _, channel = await self.adapter.create_channel(self.tenant, name)
            _, shown = await self.adapter.list_channels(self.tenant)
            found = next((seen for seen in shown if seen.name == name), None)
            if channel is not None or found is not None:
                return channel or Channel(found.channel_id if found else "", name)
            await pause(LOOK_S)

    async def _scan(self, channel: Channel) -> None:
        shown = await self.control.instance(channel.id)
        if shown.get("code"):
            await self.control.scan(code=str(shown["code"]))

    async def stored(self, channel: Channel) -> Counter[str]:
        """The ids of the messages that the channel's conversations show."""
        assert isinstance(self.adapter, Conversations)  # noqa: S101  this run is made for one that is
        _, messages = await self.adapter.messages(self.tenant, channel)
        return Counter(str(message.message_id) for message in messages)


async def pause(seconds: float) -> None:
    """Let others go on."""
    try:
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()
    except TimeoutError:
        return


async def kill_often(stack: Stack, plan: Plan, progress: Progress) -> None:
    """SIGKILL at random moments, some of them while the last start is hardly over."""
    rng = random.Random(f"{plan.seed} kills")  # noqa: S311  a draw that can be repeated
    assert stack.controls is not None  # noqa: S101  the embedded stack has hands
    for _ in range(plan.kills):
        await pause(rng.uniform(0.05, 2.5))
        await stack.controls.kill(Part.BACKEND)
        await progress.note()
        await stack.controls.start(Part.BACKEND)
    await progress.note(over=True)


async def journey(owner: Owner, plan: Plan, number: int, progress: Progress) -> list[str]:
    """One channel: linked at its time, then messages at its moments; what was lost."""
    begin = number * plan.kills // plan.channels
    await progress.reached(begin)
    name = f"channel {number}"
    channel = await owner.linked(name)
    sent: list[str] = []
    for lap in range(MESSAGES_EACH):
        await progress.reached(begin + lap + 1)
        sent += await owner.control.messages(channel.id)
    await progress.reached(plan.kills)
    return await _lost(owner, channel, sent)


async def _lost(owner: Owner, channel: Channel, sent: list[str]) -> list[str]:
    """What is still wrong when everything had its time to arrive."""
    stored: Counter[str] = Counter()
    status = ""
    try:
        async with asyncio.timeout(90):
            while stored != Counter(sent) or status != "CONNECTED":
                await pause(LOOK_S)
                stored = await owner.stored(channel)
                answer = await owner.adapter.read(owner.tenant, channel)
                status = str(answer.seen.status) if answer.seen else ""
    except TimeoutError:
        return [f"{channel.name} ({channel.id}) is {status}; sent {sent}, stored {dict(stored)}"]
    return []


async def kill_run(plan: Plan, run_dir: Path) -> list[str]:
    """Everything that was lost, one line each."""
    world = World(server=RETRIES)
    async with FakeServer(Config(api_key="kill-key", seed=plan.seed), world=world) as fake:
        settings = StackSettings(evolution_url=fake.url, evolution_api_key=fake.api_key, run_dir=run_dir)
        async with open_stack("embedded", settings=settings) as stack, Client(fake.control_url) as control:
            adapter = open_adapter("zechat", url=stack.url, credentials=stack.credentials)
            try:
                tenant = await adapter.provision("kills", channels_max=plan.channels)
                owner = Owner(adapter, tenant, control)
                return await _in_time(plan, lambda progress: _all(stack, owner, plan, progress))
            finally:
                await adapter.close()


async def _all(stack: Stack, owner: Owner, plan: Plan, progress: Progress) -> list[str]:
    killer = asyncio.create_task(kill_often(stack, plan, progress))
    lost = await asyncio.gather(*(journey(owner, plan, number, progress) for number in range(plan.channels)))
    await killer
    return [line for lines in lost for line in lines]


async def _in_time(plan: Plan, work: Callable[[Progress], Awaitable[list[str]]]) -> list[str]:
    progress = Progress()
    try:
        async with asyncio.timeout(plan.limit_s):
            return await work(progress)
    except TimeoutError:
        return [f"the run did not end within {plan.limit_s:g} s; there were {progress.kills} kills"]


def main() -> int:
    """Run it as told on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--channels", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=900.0, help="seconds after which the run is given up")
    options = parser.parse_args()
    plan = Plan(options.channels, options.kills, options.seed, options.limit)
    with tempfile.TemporaryDirectory() as folder:
        lost = asyncio.run(kill_run(plan, Path(folder)))
    print("\n".join(lost) or f"{plan.kills} kills, {plan.channels} channels, seed {plan.seed}: nothing was lost")  # noqa: T201  this is a command
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
