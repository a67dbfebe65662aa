"""A fake in a thread of its own, for callers without an event loop, or with one that they need for themselves.

test ─▶ ThreadedFake ─▶ its loop ─▶ FakeServer ─HTTP▶ the backend under test
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from fake_evolution.client import Client
from fake_evolution.config import Config
from fake_evolution.control_types import InstanceShown, Scanned
from fake_evolution.errors import FakeEvolutionError
from fake_evolution.journal import Record
from fake_evolution.misses import Asked, near_misses, urls_of
from fake_evolution.server import FakeServer
from fake_evolution.world import World

WITHIN_S = 10.0

Found = TypeVar("Found")
Matches = Callable[[Record], bool]


class NothingCameError(FakeEvolutionError, AssertionError):
    """What a test waited for did not happen; the text says what happened instead."""


class ThreadedFake:
    """A fake that serves from a thread of its own; a context manager, to be used from any other thread.

    Methods wait; the coroutines `webhook` and `record` let the caller's event loop go on meanwhile.
    """

    def __init__(self, config: Config | None = None, *, world: World | None = None) -> None:
        self._config, self._world = config, world
        self._ready: Future[FakeServer] = Future()
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._error: BaseException | None = None
        self._since = 0
        self._asked: list[Asked] = []

    # --- its life ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="fake-evolution", daemon=True)
        self._thread.start()
        self._server = self._ready.result()
        self._line = Client(self._server.control_url, key=self._server.config.control_key)
        self._do(self._line.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._line.close())
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._error is not None and error is None:
            raise self._error

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  it belongs to whoever started the fake
            if self._ready.done():
                self._error = error
            else:
                self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with FakeServer(self._config, world=self._world) as server:
            self._ready.set_result(server)
            await self._stop.wait()

    def _do(self, work: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    # --- what it is -------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address of the imitated server: what the backend calls EVOLUTION_API_URL or the like."""
        return self._server.url

    @property
    def api_key(self) -> str:
        """The global key."""
        return self._server.api_key

    @property
    def control_url(self) -> str:
        """The address of the control API; its page for people is at `/ui/` there."""
        return self._server.control_url

    @property
    def seed(self) -> int:
        """The seed of all chance."""
        return self._server.engine.seed

    @property
    def client(self) -> Client:
        """A client of the control API for the caller's own event loop; enter it with `async with`."""
        return Client(self.control_url, key=self._server.config.control_key)

    # --- what happens to it -----------------------------------------------------------------------------------------

    def do(self, ask: Callable[[Client], Awaitable[Found]]) -> Found:
        """Any call of the client, waited for: `fake.do(lambda c: c.phone("sales", "unlink"))`."""

        async def asked() -> Found:
            return await ask(self._line)

        return self._do(asked())

    def scan(
        self,
        instance: str | None = None,
        *,
        code: str | None = None,
        number: str | None = None,
        profile_name: str | None = None,
    ) -> Scanned:
        """A phone scans a code (without one: the current code of `instance`); the verdict says what became of it."""
        return self.do(
            lambda client: client.scan(instance=instance, code=code, number=number, profile_name=profile_name)
        )

    def instance(self, name: str) -> InstanceShown:
        """One instance: its state, QR code, owner, webhook, counters."""
        return self.do(lambda client: client.instance(name))

    def instances(self) -> list[InstanceShown]:
        """All instances."""
        return self.do(lambda client: client.instances())

    def phone(self, instance: str, action: str, *, code: int | None = None, for_s: float | None = None) -> None:
        """Something happens to a phone: unlink, ban, lose-connection, recover, die-silently or next-qr."""
        self.do(lambda client: client.phone(instance, action, code=code, for_s=for_s))

    def receive(self, instance: str, text: str, *, sender: str | None = None, count: int = 1) -> list[str]:
        """The phone receives text messages; their ids."""
        return self.do(lambda client: client.messages(instance, text=text, sender=sender, count=count))

    def emit(self, instance: str, event: str, data: Any) -> None:
        """Any event goes out as it is."""
        self.do(lambda client: client.emit(instance, event, data))

    def reset(self, *, world: World | None = None, seed: int | None = None, rate: float | None = None) -> None:
        """An empty fake, with another world, seed or speed of time where given; what was waited for is forgotten."""

        async def begin_anew() -> None:
            await self._server.reset(world=world, seed=seed)
            if rate is not None:
                self._server.clock.set_rate(rate)
                self._server.engine.scheduler.wake()
            self._since = self._server.journal.last_seq - 1  # the record of the world belongs to what follows

        self._do(begin_anew())
        self._asked.clear()

    # --- what happened ----------------------------------------------------------------------------------------------

    def records(self, kind: str | None = None) -> list[Record]:
        """The journal since the last reset."""

        async def found() -> list[Record]:
            return list(self._server.journal.after(self._since, kind=kind))

        return self._do(found())

    def wait_for_record(self, kind: str, *, within_s: float = WITHIN_S, **fields: Any) -> Record:
        """The first record of this kind with these fields since the last reset; waits until it is written."""
        __tracebackhide__ = True
        return _found(self._do(self._record(kind, fields, within_s)))

    async def record(self, kind: str, *, within_s: float = WITHIN_S, **fields: Any) -> Record:
        """The same, while the caller's event loop goes on."""
        __tracebackhide__ = True
        return _found(await self._elsewhere(self._record(kind, fields, within_s)))

    def wait_for_webhook(
        self,
        event: str | None = None,
        *,
        instance: str | None = None,
        url: str | None = None,
        state: str | None = None,
        within_s: float = WITHIN_S,
    ) -> Record:
        """The event of the first webhook that a receiver took (2xx): waits until one has; `url` is how it begins."""
        __tracebackhide__ = True
        return _found(self._do(self._webhook(Asked(event, instance, url, state), within_s)))

    async def webhook(
        self,
        event: str | None = None,
        *,
        instance: str | None = None,
        url: str | None = None,
        state: str | None = None,
        within_s: float = WITHIN_S,
    ) -> Record:
        """The same, while the caller's event loop goes on."""
        __tracebackhide__ = True
        return _found(await self._elsewhere(self._webhook(Asked(event, instance, url, state), within_s)))

    def near_misses(self) -> list[str]:
        """Sentences about what went elsewhere, was something else or was refused since the last reset."""
        return near_misses(self.records(), self._asked)

    def bugs(self) -> list[BaseException]:
        """Faults of the fake itself that came up since this was last asked."""

        async def taken() -> list[BaseException]:
            return self._server.take_bugs()

        return self._do(taken())

    async def _elsewhere(self, work: Coroutine[Any, Any, Found]) -> Found:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _record(self, kind: str, fields: dict[str, Any], within_s: float) -> Record | NothingCameError:
        def fits(record: Record) -> bool:
            return all(record.get(name) == value for name, value in fields.items())

        found = await self._first(kind, fits, within_s)
        if found is None:
            wanted = ", ".join(f"{name}={value!r}" for name, value in fields.items())
            return self._nothing(f"no record '{kind}' {f'with {wanted} ' if wanted else ''}within {within_s:g} s")
        return found

    async def _webhook(self, asked: Asked, within_s: float) -> Record | NothingCameError:
        found = await self._first("attempt", lambda attempt: self._is(attempt, asked), within_s)
        if found is not None:
            return self._event_of(found)
        self._asked.append(asked)
        return self._nothing(f"no webhook of {asked} was taken within {within_s:g} s")

    def _is(self, attempt: Record, asked: Asked) -> bool:
        """Whether a receiver took what is asked for."""
        if attempt["outcome"] != "ok" or asked.event not in (None, attempt["event"]):
            return False
        if asked.instance not in (None, attempt["instance"]):
            return False
        url = urls_of(self._server.journal.after(self._since, kind="plan")).get(attempt["delivery"], "")
        data = self._event_of(attempt)["data"]
        state = data.get("state") if isinstance(data, dict) else None
        return url.startswith(asked.url or "") and asked.state in (None, state)

    def _event_of(self, attempt: Record) -> Record:
        events = self._server.journal.after(0, kind="event")
        return next(event for event in events if event["event_id"] == attempt["event_id"] and event.seq > self._since)

    async def _first(self, kind: str, fits: Matches, within_s: float) -> Record | None:
        """The first fitting record, or None when the time is over. Runs in the fake's own loop."""
        came, journal = asyncio.Event(), self._server.journal
        stop_listening = journal.listen(lambda _record: came.set())
        seen = self._since
        try:
            async with asyncio.timeout(within_s):
                while True:
                    came.clear()
                    for record in journal.after(seen, kind=kind):
                        seen = record.seq
                        if fits(record):
                            return record
                    await came.wait()
        except TimeoutError:
            return None
        finally:
            stop_listening()

    def _nothing(self, told: str) -> NothingCameError:
        happened = near_misses(list(self._server.journal.after(self._since)), self._asked)
        return NothingCameError("; ".join([told, *happened]))


def _found(found: Record | NothingCameError) -> Record:
    __tracebackhide__ = True
    if isinstance(found, NothingCameError):
        raise found
    return found
