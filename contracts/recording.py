"""A recorded scenario as values: requests, webhooks and injections in the order in which they happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

Json = Any
"""Whatever json.loads can return."""

RESET = "reset"
"""Status of a reply that is a connection reset."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call of the client and the answer of the server."""

    position: int
    offset_s: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: Json
    raw: str | None
    status: int
    response_headers: Mapping[str, str]
    response: Json
    duration_s: float

    @property
    def end_s(self) -> float:
        """When the answer had been read."""
        return self.offset_s + self.duration_s

    @property
    def route(self) -> str:
        """Method and the fixed part of the path: `POST /instance/create`."""
        return f"{self.method} {self.action or self.path.split('?')[0]}"

    @property
    def action(self) -> str | None:
        """The fixed part of the path alone, or None for a path that has no group and action."""
        parts = self.path.split("?")[0].split("/")
        return f"/{parts[1]}/{parts[2]}" if len(parts) > 2 else None  # noqa: PLR2004  "", group, action


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sink answered to a webhook; the status may be `reset`."""

    status: int | str = 200
    delay_s: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One HTTP message that arrived at the sink."""

    position: int
    offset_s: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: Json
    reply: Reply


@dataclass(frozen=True, slots=True)
class Injection:
    """Something that was made to happen behind the server."""

    position: int
    offset_s: float
    action: str
    instance: str | None
    fields: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class SocketStep:
    """Something a socket.io client saw."""

    position: int
    offset_s: float
    fields: Mapping[str, Json]


Step = Request | Webhook | Injection | SocketStep
StepT = TypeVar("StepT", Request, Webhook, Injection, SocketStep)


@dataclass(frozen=True, slots=True)
class Recording:
    """One scenario with the settings it was recorded under."""

    name: str
    version: str
    family: str
    description: str
    env: Mapping[str, str]
    stub: Mapping[str, Json]
    sink_origin: str | None
    steps: tuple[Step, ...]

    def of(self, kind: type[StepT]) -> tuple[StepT, ...]:
        """The steps of one kind, in order."""
        return tuple(step for step in self.steps if isinstance(step, kind))

    @property
    def end_s(self) -> float:
        """When the last recorded step began."""
        return max(step.offset_s for step in self.steps)


def recording_from(document: Mapping[str, Json]) -> Recording:
    """Builds the value from a document that the recording schema accepts."""
    config = document["config"]
    return Recording(
        name=document["name"],
        version=document["evolution_version"],
        family=document["family"],
        description=document.get("description", ""),
        env={**config["env"], **config.get("env_changed_from_base", {})},
        stub=config["stub"],
        sink_origin=_origin(config.get("webhook_sink")),
        steps=tuple(_step(position, step) for position, step in enumerate(document["steps"])),
    )


def _origin(url: str | None) -> str | None:
    """Scheme, host and port."""
    return "/".join(url.split("/")[:3]) if url else None


_FRAME = frozenset({"kind", "t_offset_ms", "action", "instance", "setup"})


def _step(position: int, step: Mapping[str, Json]) -> Step:
    offset_s = step["t_offset_ms"] / 1000
    match step["kind"]:
        case "request":
            return _request(position, offset_s, step)
        case "webhook":
            return _webhook(position, offset_s, step)
        case "inject":
            fields = {key: value for key, value in step.items() if key not in _FRAME}
            return Injection(position, offset_s, step["action"], step.get("instance"), fields)
        case _:
            return SocketStep(position, offset_s, step)


def _request(position: int, offset_s: float, step: Mapping[str, Json]) -> Request:
    return Request(
        position=position,
        offset_s=offset_s,
        method=step["method"],
        path=step["path"],
        headers=step["headers"],
        body=step.get("body"),
        raw=step.get("body_raw"),
        status=step["status"],
        response_headers=step["response_headers"],
        response=step["response"],
        duration_s=step["duration_ms"] / 1000,
    )


def _webhook(position: int, offset_s: float, step: Mapping[str, Json]) -> Webhook:
    reply = step["reply"]
    return Webhook(
        position=position,
        offset_s=offset_s,
        method=step["method"],
        path=step["path"],
        headers=step["headers"],
        body=step["body"],
        reply=Reply(reply["status"], reply["delay_ms"] / 1000, reply.get("headers") or {}),
    )
