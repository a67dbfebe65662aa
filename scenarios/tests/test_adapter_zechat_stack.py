"""The Zechat adapter drives the reference backend, on real servers, against the fake."""

import socket
from pathlib import Path

import pytest

from fake_evolution import Client, FakeServer
from scenarios.adapters import open_adapter
from scenarios.adapters.conformance import check_adapter
from scenarios.stack import StackSettings, open_stack

pytestmark = pytest.mark.stack


async def test_conforms_on_the_reference_backend(fake: FakeServer, control: Client, tmp_path: Path) -> None:
    """The whole suite passes, and the phone scans what the image showed."""
    settings = StackSettings(evolution_url=fake.url, evolution_api_key=fake.api_key, run_dir=tmp_path)

    async with open_stack("embedded", settings=settings) as stack:
        adapter = open_adapter("zechat", url=stack.url, credentials=stack.credentials)
        problems = await check_adapter(adapter, control, within_s=30.0)
        await adapter.close()
        log = stack.log_tail()

    assert problems == (), log
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(stack.url.rpartition(":")[2])))
