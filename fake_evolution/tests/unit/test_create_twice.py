"""Creating one name twice: one after the other is refused, at the same moment is the real server's race."""

import asyncio
from typing import Any

import pytest

from fake_evolution import ApiError, Config, FakeServer, operations

BODY = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS"}


async def create(fake: FakeServer) -> Any:
    """One create through its guard: what it answers, or the name that the guard found taken."""
    taken = operations.guard_name_free(fake.engine, BODY)
    return taken or await operations.create(fake.engine, BODY, instances_max=10)


async def test_a_name_is_taken_as_soon_as_its_create_is_answered(fake: FakeServer) -> None:
    """However fast the second create comes after the first one's answer, its guard sees the name."""
    await create(fake)

    answer = await create(fake)

    assert answer == "sales"


@pytest.mark.parametrize("rate", [1, 20])
async def test_two_creates_at_once_leave_no_instance(rate: float) -> None:
    """Both pass their guards; one is answered, the other fails and takes the winner's instance along (Q27)."""
    async with FakeServer(Config(rate=rate)) as fake:
        outcomes: tuple[Any, Any] = await asyncio.gather(create(fake), create(fake), return_exceptions=True)

    assert outcomes[0]["instance"]["instanceName"] == "sales"
    assert isinstance(outcomes[1], ApiError)
    assert (outcomes[1].status, fake.engine.instances) == (400, {})
