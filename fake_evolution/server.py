"""A fake on a socket: started, reset and stopped as one object."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from errno import EADDRINUSE
from functools import partial
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from fake_evolution import operations
from fake_evolution.api.asked import PREFIX
from fake_evolution.api.quick import QuickWay
from fake_evolution.app import build_app
from fake_evolution.behaviours.acting import Phones
from fake_evolution.bounded import BoundedRunner
from fake_evolution.clock import MonotonicClock
from fake_evolution.config import Config
from fake_evolution.delivery.emitter import Emitter, EmitterLimits
from fake_evolution.delivery.sender import HttpSender
from fake_evolution.domain.events import any_event
from fake_evolution.door import Doors
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.journal import Journal
from fake_evolution.profiles import profile
from fake_evolution.scheduler import Scheduler
from fake_evolution.server_settings import ServerSettings, from_environment
from fake_evolution.world import World

_BACKLOG_TOLD_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What a fake that stopped did not do: attempts cut off on the wire, and those whose time had not come."""

    attempts_cut: int = 0
    attempts_to_come: int = 0


class FakeServer:
    """A fake Evolution API server; an async context manager.

    With a `journal` the fake writes there and lives on that journal's clock; the caller closes it. Exceptions of the
    fake's own are raised when the context ends.
    """

    def __init__(
        self, config: Config | None = None, *, journal: Journal | None = None, world: World | None = None
    ) -> None:
        self.config = Config() if config is None else config
        self._owns_journal = journal is None
        self.clock = MonotonicClock(rate=self.config.rate) if journal is None else journal.clock
        self.journal = _own_journal(self.config, self.clock) if journal is None else journal
        self._world = World() if world is None else world
        self._bugs: list[BaseException] = []
        self._url: str | None = None
        self._backlog_told_s = -_BACKLOG_TOLD_EVERY_S
        self.left_behind = LeftBehind()

    @property
    def url(self) -> str:
        """The address of the imitated server."""
        if self._url is None:
            raise ConfigError("the fake does not listen yet; enter it with `async with` first")
        return self._url

    @property
    def control_url(self) -> str:
        """The address of the control API."""
        return self.url + PREFIX

    @property
    def api_key(self) -> str:
        """The global key."""
        return self.engine.settings.api_key

    async def reset(self, *, world: World | None = None, seed: int | None = None) -> None:
        """Forget all instances and pending work; world and seed stay where none is given. The port stays."""
        await self.engine.reset(world=world, seed=seed)

    def emit(self, instance: str, event: str, data: Any) -> None:
        """Emit any event of an instance, as it is, through the same pipeline as the server's own."""
        self.engine.instance(instance)
        self.engine.emit(instance, any_event(event, data))

    async def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an instance, as POST /instance/create does after its schema."""
        return await operations.create(self.engine, body, instances_max=self.config.instances_max)

    async def connect(self, instance: str, number: str | None = None) -> dict[str, Any]:
        """Ask for a QR code, as GET /instance/connect does."""
        return await operations.connect(self.engine, instance, number)

    def settings(self, world: World) -> ServerSettings:
        """The imitated server's settings: a named set, the config's variables, the world's."""
        return settings_of(self.config, world)

    async def __aenter__(self) -> Self:
        self._sender = self._new_sender()
        self._scheduler = Scheduler(self.clock, on_bug=self._bugs.append, congested=self._is_congested)
        try:
            self.engine = self._new_engine()
            self._stop_watching = Phones(self.engine).watch()
            await self._listen()
        except BaseException:
            await self._sender.close()
            self._close_own_journal()
            raise
        return self

    def _new_sender(self) -> Emitter:
        config = self.config
        limits = EmitterLimits(
            connections_max=config.connections_max,
            connections_a_target_max=config.connections_a_target_max,
            waiting_a_target_max=config.webhooks_waiting_a_target_max,
            own_connections=config.own_connections,
        )
        general = HttpSender(connections_max=config.connections_max)
        return Emitter(general=general, limits=limits, now=self.clock.now, before=self.journal.flush)

    def _is_congested(self) -> bool:
        """Whether too many webhooks wait for a connection; while it is so the journal says it, once a second."""
        waiting, now_s = self._sender.waiting, self.clock.now()
        if waiting < self.config.webhooks_waiting_soft_max:
            return False
        if now_s >= self._backlog_told_s + _BACKLOG_TOLD_EVERY_S:
            self._backlog_told_s = now_s
            self.journal.write("backlog", webhooks=waiting, overdue_s=round(self._scheduler.overdue_s, 6))
        return True

    def _new_engine(self) -> Engine:
        return Engine(
            clock=self.clock,
            scheduler=self._scheduler,
            journal=self.journal,
            sender=self._sender,
            world=self._world,
            seed=self.config.seed,
            settings=self.settings,
            on_bug=self._bugs.append,
            messages_kept_max=self.config.messages_kept_max,
        )

    def _close_own_journal(self) -> None:
        if self._owns_journal:
            self.journal.close()

    async def _listen(self) -> None:
        app = build_app(self.engine, self.config, self._bugs.append, lambda: self._sender.waiting)
        self._quick = QuickWay(self.engine, self.config, self._bugs.append)
        self._runner = BoundedRunner(
            app,
            connections_max=self.config.api_connections_max,
            on_refusal=partial(self.journal.write, "connection.refused"),
            doors=partial(Doors, self._quick, on_bug=self._bugs.append, before=self.journal.flush),
            access_log=None,
            shutdown_timeout=self.config.grace_s,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.config.host, self.config.port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError(_cannot_listen(self.config, error)) from error
        port = self._runner.addresses[0][1]
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        self._url = f"http://{host}:{port}"
        self.journal.write(
            "server.start",
            profile=self.engine.profile.version,
            seed=self.config.seed,
            rate=self.clock.rate,
            url=self._url,
            pid=os.getpid(),
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_watching()
        await self.engine.chores.stop()
        cut = await self.engine.courier.stop(grace_s=self.config.grace_s if kind is None else 0)
        self.left_behind = LeftBehind(attempts_cut=cut, attempts_to_come=self.engine.courier.left)
        self._scheduler.close()
        await self.engine.sockets.forget()
        await self._runner.cleanup()
        await self._sender.close()
        await asyncio.sleep(0)
        self.journal.write("server.stop", **asdict(self.left_behind))
        self._close_own_journal()
        self._tell_bugs(error)

    def take_bugs(self) -> list[BaseException]:
        """The exceptions of the fake's own so far; whoever takes them answers for them."""
        taken = self._bugs.copy()
        self._bugs.clear()
        return taken

    def _tell_bugs(self, error: BaseException | None) -> None:
        """Raise what went wrong in the fake itself; beside an error that is on its way already, note it there."""
        if not self._bugs:
            return
        if error is None:
            raise BaseExceptionGroup("faults of the fake itself", self._bugs)
        told = "; ".join(f"{type(bug).__name__}: {bug}" for bug in self._bugs)
        error.add_note(f"faults of the fake itself: {told}")


def _own_journal(config: Config, clock: MonotonicClock) -> Journal:
    return Journal(config.journal, clock=clock, file_octets_max=config.journal_bytes_max)


def settings_of(config: Config, world: World) -> ServerSettings:
    """The imitated server's settings: a named set, the config's variables, the world's."""
    variables = {**config.server_env, **world.server}
    settings = from_environment(variables, named_set=config.named_set, profile=profile(world.profile))
    return settings if config.api_key is None else replace(settings, api_key=config.api_key)


def _cannot_listen(config: Config, error: OSError) -> str:
    where = f"{config.host}:{config.port}"
    if error.errno == EADDRINUSE:
        return f"{where} is in use by another program; give another --port, or 0 for any free one"
    return f"cannot listen on {where}: {error.strerror}; give another --host or --port"
