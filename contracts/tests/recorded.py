"""Recordings made by hand for tests."""

from typing import Any

from contracts.recording import Json, Recording, recording_from

SINK = "http://127.0.0.1:58190"
JSON_ANSWER = {"content-type": "application/json; charset=utf-8"}


def recording(*steps: dict[str, Json], env: dict[str, str] | None = None) -> Recording:
    """A recording of these steps."""
    document = {
        "name": "by_hand",
        "evolution_version": "2.3.6",
        "family": "tests",
        "config": {"env": env or {}, "stub": {}, "webhook_sink": f"{SINK}/wh/by_hand"},
        "steps": list(steps),
    }
    return recording_from(document)


def request(t_ms: int, method: str, path: str, status: int, response: Json, **more: Any) -> dict[str, Json]:
    """A recorded request."""
    step = {
        "kind": "request",
        "t_offset_ms": t_ms,
        "method": method,
        "path": path,
        "headers": {},
        "body": None,
        "status": status,
        "response_headers": JSON_ANSWER,
        "response": response,
        "duration_ms": 2,
    }
    return step | more


def webhook(t_ms: int, body: Json, **more: Any) -> dict[str, Json]:
    """A recorded webhook."""
    step = {
        "kind": "webhook",
        "t_offset_ms": t_ms,
        "method": "POST",
        "path": "/wh/by_hand",
        "headers": {"content-type": "application/json"},
        "body": body,
        "reply": {"status": 200, "delay_ms": 0},
    }
    return step | more


def envelope(event: str, data: Json, *, instance: str = "a", at: str = "10:00:00.000") -> dict[str, Json]:
    """The body of a webhook."""
    return {"event": event, "instance": instance, "data": data, "date_time": f"2026-11-22T{at}Z"}


def connection(state: str, at: str = "10:00:00.000") -> dict[str, Json]:
    """A connection.update."""
    return envelope("connection.update", {"instance": "a", "state": state, "statusReason": 200}, at=at)
