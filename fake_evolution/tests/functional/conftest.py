"""Fixtures of the tests over real sockets."""

from collections.abc import AsyncIterator

import pytest

from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Stage


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """A receiver of webhooks."""
    async with Sink() as receiver:
        yield receiver


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A fake whose clock stands still, with nothing in it."""
    async with Stage() as empty:
        yield empty
