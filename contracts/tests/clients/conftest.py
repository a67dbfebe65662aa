"""A fast fake, and the foreign clients that are run against it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contracts.tests.clients.life import API_KEY, RATE, WORLD, Client, Lived, live
from contracts.tests.clients.n8n_client import N8nClient, open_n8n_client
from contracts.tests.clients.node_packages import node_packages
from contracts.tests.clients.python_client import PythonClient
from fake_evolution import Client as ControlClient
from fake_evolution import Config, FakeServer


@pytest.fixture(scope="session")
def node_cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where packages of npm stay from one run to the next; without pytest's cache, for this run alone."""
    cache: pytest.Cache | None = getattr(request.config, "cache", None)
    return tmp_path_factory.mktemp("npm") if cache is None else cache.mkdir("npm")


@pytest.fixture
async def fake(seed: int) -> AsyncIterator[FakeServer]:
    """A fast fake with nothing in it."""
    async with FakeServer(Config(api_key=API_KEY, seed=seed, rate=RATE), world=WORLD) as server:
        yield server


@pytest.fixture
async def python_client(fake: FakeServer) -> PythonClient:
    """The official Python client."""
    return PythonClient(fake.url, fake.api_key)


@pytest.fixture
async def n8n_client(fake: FakeServer, node_cache: Path) -> AsyncIterator[N8nClient]:
    """The n8n node."""
    async with _open_n8n(fake, node_cache) as client:
        yield client


@pytest.fixture(scope="module", params=["evolutionapi", "n8n-nodes-evolution-api"])
async def lived(
    request: pytest.FixtureRequest, node_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Lived]:
    """One whole life of each client on a fresh fake, and the journal that the fake wrote of it."""
    journal = tmp_path_factory.mktemp("life") / "journal.jsonl"
    async with FakeServer(Config(api_key=API_KEY, rate=RATE, journal=journal), world=WORLD) as fake:
        opened = _open_n8n if request.param.startswith("n8n") else _open_python
        async with opened(fake, node_cache) as client, ControlClient(fake.control_url) as control:
            yield Lived(await live(client, control), journal)


@asynccontextmanager
async def _open_python(fake: FakeServer, _cache: Path) -> AsyncIterator[Client]:
    yield PythonClient(fake.url, fake.api_key)


@asynccontextmanager
async def _open_n8n(fake: FakeServer, cache: Path) -> AsyncIterator[N8nClient]:
    node, packages = await asyncio.to_thread(node_packages, cache)
    async with open_n8n_client(fake, node=node, packages=packages) as client:
        yield client
