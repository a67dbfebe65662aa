"""There are five ways for a backend not to come up, and each is called by its name."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat

import pytest
from aiohttp import web

from scenarios.stack.coming_up import Patience, StartAgain, come_up
from scenarios.stack.errors import BackendFailedError

IN_VAIN_S = 1.5


@dataclass
class Backend:
    """A backend that gives one answer after the other; 0 closes the connection, and `ends` ends the process."""

    answers: Iterator[int] = field(default_factory=lambda: repeat(200))
    ends_after: int | None = None
    healthy_s_max: float = 60.0
    url: str = ""
    asked: int = 0
    exited: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def answer(self, request: web.Request) -> web.Response:
        """The next answer."""
        self.asked += 1
        status = next(self.answers)
        if self.asked == self.ends_after:
            self.exited.set_result(3)
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"version": "7"}, status=status or 500)

    async def comes_up(self, again: StartAgain | None = None) -> str | None:
        """Watch it come up."""
        patience = Patience(healthy_s_max=self.healthy_s_max, settle_s=0.2, comings_and_goings_max=2)
        return await come_up(
            self.url, exited=self.exited, patience=patience, name="it", log_tail=lambda: ["last words"], again=again
        )


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Backend], Awaitable[Backend]]]:
    """Makes a backend answer on a port of its own."""
    runners = []

    async def start(backend: Backend) -> Backend:
        app = web.Application()
        app.router.add_get("/health", backend.answer)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        backend.url = f"http://127.0.0.1:{runner.addresses[0][1]}/health"
        return backend

    yield start
    for runner in runners:
        await runner.cleanup()


async def test_backend_that_stays_well_is_believed(serve: Callable[[Backend], Awaitable[Backend]]) -> None:
    """It is looked at again until it has been well for so long, and tells its version."""
    backend = await serve(Backend(chain([503, 503], repeat(200))))

    assert await backend.comes_up() == "7"
    assert backend.asked > 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "ends_after", "says"),
    [
        ([503] * 99, 2, "it exits at start: exit code 3 after .*, never healthy"),
        ([503] * 99, None, r"it never becomes healthy: after 1\.5 s http://.* gives status 503"),
        ([0] * 99, None, "it hangs at boot: nothing answers at http://.* within 1.5 s"),
        ([200] * 99, 1, "it does not stay up: ended with exit code 3, .* s after it was healthy\n"),
        ([200, 200, 0], None, "it does not stay up: http.* gives .*, .* after it was healthy; after that it hangs"),
        ([200, 200, 503, 200], None, "it crash-loops: 2 times in .* s: http.* gives .*, .* after it was healthy\n"),
        ([200, 503] + [200] * 99, None, "it does not stay up: .*; after that it stayed well\n"),
        ([503, 0, 0] * 33, None, "it crash-loops: it answered and went away 2 times in .*, never healthy"),
    ],
)
async def test_each_way_to_fail_has_its_word(
    serve: Callable[[Backend], Awaitable[Backend]], answers: list[int], ends_after: int | None, says: str
) -> None:
    """The first line says which, and the last words come with it."""
    waits_in_vain = "1.5 s" in says.replace("\\", "") or "it hangs" in says
    backend = await serve(Backend(chain(answers, repeat(0)), ends_after, IN_VAIN_S if waits_in_vain else 60.0))

    with pytest.raises(BackendFailedError, match=says) as failed:
        await backend.comes_up()

    assert failed.value.log_tail == ("last words",)


@pytest.mark.parametrize(
    ("lives", "says"),
    [
        ([3, 4], "it crash-loops: 2 times in .* s: ended with exit code 4, .* s after it was healthy\n"),
        ([3], "it does not stay up: ended with exit code 3, .* s after it was healthy; after that it stayed well\n"),
    ],
)
async def test_only_more_than_one_end_is_a_loop(
    serve: Callable[[Backend], Awaitable[Backend]], lives: list[int], says: str
) -> None:
    """One that ends once it was healthy is started again to see whether it does so every time."""
    backend = await serve(Backend())
    codes = iter(lives)

    async def again() -> "asyncio.Future[int]":
        end = asyncio.get_running_loop().create_future()
        if (code := next(codes, None)) is not None:
            end.set_result(code)
        return end

    backend.exited = await again()
    with pytest.raises(BackendFailedError, match=says):
        await backend.comes_up(again)
