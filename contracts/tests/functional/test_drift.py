"""A live server is compared with the contract, only by reading, and only where the user says so."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from contracts.cli import main
from contracts.drift import drift
from contracts.errors import ContractError
from fake_evolution import FakeServer


@pytest.fixture
async def stranger() -> AsyncIterator[str]:
    """A server that is no Evolution."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _welcome)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def _welcome(_: web.Request) -> web.Response:
    return web.json_response({"status": 200, "secret": "do-not-tell"})


async def test_the_fake_has_not_drifted(fake: FakeServer) -> None:
    """The fake answers every question as the contract says."""
    found = await drift(fake.url, fake.api_key)

    assert [line for one in found for line in one.lines() if not line.startswith("same")] == []


async def test_asking_changes_nothing(fake: FakeServer) -> None:
    """Only GET is asked, and no instance is there afterwards."""
    await drift(fake.url, fake.api_key)

    methods = {record["method"] for record in fake.journal.after(0, kind="call")}
    assert (methods, len(fake.engine.instances)) == ({"GET"}, 0)


async def test_what_differs_is_told_without_values(stranger: str) -> None:
    """A difference names its place and the rule, never the value, which may be a secret."""
    found = await drift(stranger, "key")

    told = "\n".join(line for one in found for line in one.lines())
    assert "differs  the welcome needs no key: (top) breaks answers/root: required" in told
    assert "differs  instances without a key: status 200, the contract says 401" in told
    assert "do-not-tell" not in told


async def test_a_wrong_key_is_one_clear_line(fake: FakeServer) -> None:
    """A key that is not accepted is told as such, not as a difference."""
    with pytest.raises(ContractError, match="does not accept the key; give the global one"):
        await drift(fake.url, "wrong")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://evolution.example", "evolution.example is not this machine; if it is yours to ask, add --allow-host"),
        ("evolution.example", "is no address; legal: http://host:port"),
        ("http://127.0.0.1:9", "nothing answers at http://127.0.0.1:9"),
    ],
)
def test_an_address_that_cannot_be_asked_ends_with_4(url: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A host that was not allowed, no address, and a closed port are one line and exit code 4."""
    code = main(["drift", "--url", url, "--api-key", "key"])

    assert code == 4
    assert said in capsys.readouterr().err
