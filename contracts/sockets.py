"""socket.io clients of a recording, connected again with a real client, and what each of them saw."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import socketio

from contracts.compare import Context, learn
from contracts.links import Links
from contracts.recording import Json, SocketStep

CONNECT, CONNECT_ERROR, EVENT = "connect", "connect_error", "event"
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Connected:
    """A client that tried to connect: what came of it."""

    step: SocketStep
    type: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """An event that a client was told."""

    client: str
    at_s: float
    event: str
    args: Json


def client_of(step: SocketStep) -> str:
    """Which client a recorded step belongs to."""
    return json.dumps(step.fields["client"], sort_keys=True)


def kind_of(step: SocketStep) -> str:
    """What the client saw: connect, connect_error, disconnect or event."""
    return str(step.fields["type"])


@dataclass(slots=True)
class Listeners:
    """Every client of a replay; they stay connected until it ends."""

    url: str
    api_key: str
    links: Links
    now: Callable[[], float]
    connected: list[Connected] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    _clients: list[Any] = field(default_factory=list)

    async def connect(self, step: SocketStep) -> None:
        """Connects as the recorded client did, and keeps how that ended."""
        told: list[Json] = []
        namespace = str(step.fields["client"]["namespace"])
        client = socketio.AsyncClient(reconnection=False)
        client.on("connect_error", told.append, namespace=namespace)
        client.on("*", self._listener(client_of(step)), namespace=namespace)
        try:
            await client.connect(self._address(step), namespaces=[namespace], wait_timeout=PATIENCE_S)
        except socketio.exceptions.ConnectionError as refusal:
            await client.shutdown()
            self.connected.append(Connected(step, CONNECT_ERROR, _message(told, refusal)))
            return
        self._clients.append(client)
        self.connected.append(Connected(step, CONNECT, None))

    def _listener(self, key: str) -> Callable[..., Any]:
        async def listen(event: str, *args: Json) -> None:
            self.heard.append(Heard(key, self.now(), event, list(args)))

        return listen

    def _address(self, step: SocketStep) -> str:
        """The fake's address with the query that the recorded client gave."""
        query: Mapping[str, str] = step.fields["client"].get("query") or {}
        filled = {name: value.replace("<GLOBAL_API_KEY>", self.api_key) for name, value in query.items()}
        asked = "&".join(f"{name}={self.links.translate(value)}" for name, value in filled.items())
        return f"{self.url}?{asked}" if asked else self.url

    async def close(self) -> None:
        """Disconnects everybody."""
        await asyncio.gather(*(client.shutdown() for client in self._clients))

    def learn(self, steps: tuple[SocketStep, ...], context: Context) -> None:
        """Links the identifiers of the events that stand for recorded ones."""
        for step, heard in paired(steps, self.heard):
            if heard is not None:
                learn(step.fields["args"], heard.args, context)


def _message(told: list[Json], refusal: Exception) -> str:
    """What the server said when it refused a client."""
    said = told[0] if told else None
    return str(said.get("message")) if isinstance(said, dict) else str(said or refusal)


def paired(steps: tuple[SocketStep, ...], heard: list[Heard]) -> list[tuple[SocketStep, Heard | None]]:
    """Each recorded event of each client with the first alike one that it heard, each of those once."""
    left = list(heard)
    pairs: list[tuple[SocketStep, Heard | None]] = []
    for step in steps:
        if kind_of(step) == EVENT:
            wanted = (client_of(step), *_signature(str(step.fields["event"]), step.fields["args"]))
            found = next((one for one in left if (one.client, *_signature(one.event, one.args)) == wanted), None)
            if found is not None:
                left.remove(found)
            pairs.append((step, found))
    return pairs


def _signature(event: str, args: Json) -> tuple[Json, ...]:
    """What two events must share to be taken for the same one."""
    body = args[0] if isinstance(args, list) and args and isinstance(args[0], dict) else {}
    data = body.get("data")
    return (event, body.get("instance"), data.get("state") if isinstance(data, dict) else None)
