"""The Evolution API node of n8n, in a host of our own, as a client of the fake."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from contracts.tests.clients.node_packages import CLIENTS
from fake_evolution import FakeServer

ANSWER_S_MAX = 60.0
LINE_BYTES_MAX = 4 * 1024 * 1024


class NodeRefusedError(Exception):
    """The node threw; the text is what n8n would show to the person."""


class N8nClient:
    """`n8n-nodes-evolution-api`; every call is one execution of the node, with a form filled in by a person."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def create(self, name: str) -> Any:
        """Makes an instance; the form does not ask for a QR."""
        return await self._executed("instances-api", "instance-basic", instanceName=name)

    async def connect(self, name: str) -> Any:
        """Asks for the QR."""
        return await self._executed("instances-api", "instance-connect", instanceName=name)

    async def state(self, name: str) -> str:
        """The state in the server's database: the node has no way to ask for another."""
        rows = await self._executed("instances-api", "fetch-instances", instanceName=name)
        return str(rows[0]["connectionStatus"])

    async def send_text(self, name: str, number: str, text: str) -> Any:
        """Sends a text."""
        form = {"instanceName": name, "remoteJid": number, "messageText": text}
        return await self._executed("messages-api", "send-text", **form)

    async def find_messages(self, name: str, jid: str) -> Any:
        """The messages of a chat."""
        return await self._executed("chat-api", "find-messages", instanceName=name, remoteJid=jid)

    async def logout(self, name: str) -> Any:
        """Ends the session."""
        return await self._executed("instances-api", "logout-instance", instanceName=name)

    async def delete(self, name: str) -> Any:
        """Removes the instance."""
        return await self._executed("instances-api", "delete-instance", instanceName=name)

    async def names(self) -> list[str]:
        """The instances there are."""
        return [row["name"] for row in await self._executed("instances-api", "fetch-instances")]

    async def _executed(self, resource: str, operation: str, **form: str) -> Any:
        """What the node says the server answered, out of the one item that it gives to the next node."""
        outcome = await self._said({"resource": resource, "operation": operation, **form})
        if "error" in outcome:
            raise NodeRefusedError("{name}: {message}: {description}".format(**outcome["error"]))
        [item] = outcome["items"]
        assert item["json"]["success"] is True
        return item["json"]["data"]

    async def _said(self, form: dict[str, str]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(form).encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), ANSWER_S_MAX)
        assert line, "the host of the node ended; its stderr is above"
        return dict(json.loads(line))


@asynccontextmanager
async def open_n8n_client(fake: FakeServer, *, node: str, packages: Path) -> AsyncIterator[N8nClient]:
    """Starts the host for a fake; it ends with the context."""
    command = (node, str(CLIENTS / "n8n_host.js"), str(packages), fake.url, fake.api_key)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=LINE_BYTES_MAX)
    try:
        yield N8nClient(process)
    finally:
        await _ended(process)


async def _ended(process: Process) -> None:
    """The host ends when nothing more is said to it; one that does not is killed."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), ANSWER_S_MAX)
    except TimeoutError:
        process.kill()
        await process.wait()
