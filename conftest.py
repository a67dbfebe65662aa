"""Fixtures shared by all rooms."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, settings

from fake_evolution import Client, Config, FakeServer
from scenarios.stack import PostgresServer, Scratch, ValkeyServer

settings.register_profile("machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("machine")  # how long an example takes says something about the machine


@pytest.fixture(autouse=True)
def nothing_is_left_to_log() -> Iterator[None]:
    """A handler that a test leaves behind writes to what was captured, and is closed, when the next test logs."""
    before = set(logging.getLogger().handlers)
    yield
    left = [one for one in logging.getLogger().handlers if not type(one).__module__.startswith("_pytest.")]
    assert before.issuperset(left), f"the test leaves a log handler behind: {left}"


@pytest.fixture(scope="session")
def scratch() -> Iterator[Scratch]:
    """A place for real servers that is gone when the tests are."""
    with Scratch() as place:
        yield place


@pytest.fixture(scope="session")
def postgres_server(scratch: Scratch) -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it."""
    with PostgresServer(scratch) as server:
        yield server


@pytest.fixture(scope="session")
def fresh_database(postgres_server: PostgresServer) -> Callable[[], str]:
    """Makes a new, empty database at every call and gives its URL."""
    numbers = count(1)
    return lambda: postgres_server.create_database(f"test_{next(numbers)}")


@pytest.fixture
def postgres_url(fresh_database: Callable[[], str]) -> str:
    """A new, empty database for one test."""
    return fresh_database()


@pytest.fixture(scope="session")
def redis_url(scratch: Scratch) -> Iterator[str]:
    """A real Valkey, shared by the tests of a run."""
    with ValkeyServer(scratch) as server:
        yield server.url


@pytest.fixture
def seed() -> int:
    """The seed of whatever is drawn in a test."""
    return 7


@pytest.fixture
async def fake(seed: int) -> AsyncIterator[FakeServer]:
    """A fake on a free port of this machine, at real speed, with nothing in it."""
    async with FakeServer(Config(api_key="test-key", seed=seed)) as server:
        yield server


@pytest.fixture
async def control(fake: FakeServer) -> AsyncIterator[Client]:
    """The control API of the fake."""
    async with Client(fake.control_url) as client:
        yield client
