"""The fake, a backend behind it, and somebody who clicks: everything that scenarios are run on, brought up once."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fake_evolution import Config, FakeServer, Journal
from scenarios.adapters.base import open_adapter
from scenarios.adapters.tidying import tidying
from scenarios.itinerary import JourneyResult
from scenarios.options import RunOptions
from scenarios.progress import Reporter
from scenarios.provider import ProviderClient
from scenarios.runner import Bench
from scenarios.stack.base import Stack, StackSettings, open_stack
from scenarios.stack.controls import Link
from scenarios.stack.external import NAME as EXTERNAL
from scenarios.stack.place import LOOPBACK, FakePlace, fake_place
from scenarios.timing import LoopClock


@dataclass(frozen=True, slots=True)
class Rig:
    """What is up."""

    fake: FakeServer
    stack: Stack


@asynccontextmanager
async def open_rig(
    options: RunOptions, *, journal: Journal, folder: Path, links: Iterable[Link], say: Callable[[str], None]
) -> AsyncIterator[Rig]:
    """The fake, and the stack that was asked for, healthy inside the block and gone after it.

    `folder` takes what the stack writes; `links` are those that some step lays hands on.
    """
    place = await asyncio.to_thread(fake_place, options.stack, options.choices)
    async with FakeServer(_fake_config(options, place), journal=journal) as fake:
        say(f"fake Evolution at {fake.url}; bringing up the {options.stack} stack")
        settings = StackSettings(
            evolution_url=place.as_the_backend_sees(fake.url),
            evolution_api_key=fake.api_key,
            run_dir=folder,
            adapter=options.sut,
            choices=options.choices,
            links=frozenset(links),
            backend_env=options.backend_env,
        )
        async with open_stack(options.stack, settings=settings) as stack:
            yield Rig(fake, stack)


@asynccontextmanager
async def open_bench(
    rig: Rig, options: RunOptions, *, journal: Journal, reporter: Reporter, keep: Callable[[JourneyResult, str], None]
) -> AsyncIterator[Bench]:
    """What scenarios are run with; its adapter and its phone are closed after the block."""
    async with AsyncExitStack() as opened:
        adapter = open_adapter(options.sut, url=rig.stack.url, credentials=rig.stack.credentials)
        if options.stack == EXTERNAL:
            adapter = tidying(adapter, reporter.say)
        opened.push_async_callback(adapter.close)
        yield Bench(
            fake=rig.fake,
            journal=journal,
            clock=LoopClock(rig.fake.clock),
            adapter=adapter,
            phone=await opened.enter_async_context(ProviderClient(rig.fake)),
            backend=rig.stack,
            reporter=reporter,
            keep=keep,
            hands=rig.stack,
        )


def target_of(rig: Rig, options: RunOptions) -> dict[str, Any]:
    """Where everything is, and who may make tenants."""
    credentials = rig.stack.credentials
    return {
        "adapter": options.sut,
        "url": rig.stack.url,
        "credentials": credentials and {"email": credentials.email, "password": credentials.password},
        "control_url": rig.fake.control_url,
        "control_key": rig.fake.config.control_key,
        # The fake is our own, whatever address the containers see it at.
        "allow_hosts": [urlsplit(rig.fake.control_url).hostname],
        "clock_origin": rig.fake.clock.origin,
        "seed": options.seed,
    }


def _fake_config(options: RunOptions, place: FakePlace) -> Config:
    """Where others can reach it, nobody but us may tell it what to do."""
    return Config(
        host=place.host,
        port=place.port,
        api_key=options.choices.fake_key or f"key-of-run-{options.seed}",
        control_key=None if place.host == LOOPBACK else secrets.token_urlsafe(24),
        seed=options.seed,
    )
