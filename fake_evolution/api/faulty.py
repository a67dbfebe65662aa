"""Answers that go wrong on purpose: carries out what the fault rules decided about a call.

    request ─▶ what becomes of it? ─▶ (the server's own answer) ─▶ later, replaced, out of date, cut off, or never

Without rules for the API the answer passes untouched.
"""

import asyncio
import socket
import struct
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from fake_evolution.api.asked import PREFIX, Endpoint
from fake_evolution.api.call import ENGINE
from fake_evolution.plan import AS_IT_IS, Treatment

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_CALLS_REMEMBERED_MAX = 1000
_ANSWERS_A_CALL_MAX = 20
_GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer that was given, and when."""

    at_s: float
    status: int
    body: bytes
    kind: str


@dataclass(slots=True)
class Memory:
    """What calls were answered before in this world: what an answer that is out of date is taken from."""

    world: object = None
    told: dict[str, deque[_Told]] = field(default_factory=dict)

    def keep(self, call: str, at_s: float, response: web.Response) -> None:
        """Remember this answer, unless it is a refusal."""
        if response.status not in _GOOD:
            return
        if len(self.told) >= _CALLS_REMEMBERED_MAX:
            self.told.clear()
        body = response.body if isinstance(response.body, bytes) else b""
        row = self.told.setdefault(call, deque(maxlen=_ANSWERS_A_CALL_MAX))
        row.append(_Told(at_s, response.status, body, response.content_type))

    def find(self, call: str, before_s: float) -> web.Response | None:
        """The newest answer to this call that is old enough."""
        found = next((one for one in reversed(self.told.get(call, ())) if one.at_s <= before_s), None)
        if found is None:
            return None
        return web.Response(status=found.status, body=found.body, content_type=found.kind, charset="utf-8")


MEMORY: web.AppKey[Memory] = web.AppKey("memory of answers", Memory)


@web.middleware
async def go_wrong(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """Answer as the fault rules of the world want it."""
    trouble = request.app[ENGINE].trouble
    if not trouble.treats_calls or request.path.startswith(PREFIX):
        return await handler(request)
    treatment = trouble.treatment(request.method, request.path, request.match_info.get("instance", ""))
    response = await _own_answer(request, handler, treatment)
    if treatment.delay_s:
        await request.app[ENGINE].scheduler.sleep(treatment.delay_s)
    if treatment.silent or treatment.reset:
        _break_off(request, with_reset=treatment.reset)
        raise asyncio.CancelledError
    return _changed(response, treatment)


async def _own_answer(request: web.Request, handler: Endpoint, treatment: Treatment) -> web.StreamResponse:
    """The server's own answer, or an older one where that is wanted; empty when the call never reached it."""
    if not treatment.takes_effect:
        return web.Response()
    call, now_s = f"{request.method} {request.path_qs}", request.app[ENGINE].clock.now()
    memory = _memory(request)
    older = None if treatment.stale_s is None else memory.find(call, now_s - treatment.stale_s)
    response = await handler(request)
    if isinstance(response, web.Response):
        memory.keep(call, now_s, response)
    return older or response


def _memory(request: web.Request) -> Memory:
    """What was answered in this world; with a new one it begins empty."""
    memory, world = request.app[MEMORY], request.app[ENGINE].trouble
    if memory.world is not world:
        memory.world, memory.told = world, {}
    return memory


def _changed(response: web.StreamResponse, treatment: Treatment) -> web.StreamResponse:
    if treatment.body is not None:
        kind = "application/json" if treatment.body[:1] in b"{[" else "text/html"
        status = response.status if treatment.status is None else treatment.status
        response = web.Response(status=status, body=treatment.body, content_type=kind, charset="utf-8")
    if treatment is not AS_IT_IS:
        response.headers.update(treatment.headers)
    return response


def _break_off(request: web.Request, *, with_reset: bool) -> None:
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if with_reset and connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    request.transport.abort()
