"""The control API under /__fake__: what tests and people may do to the fake and its phones.

Not imitated: errors here are `{"error": one sentence}`, and say what was found and what would be legal.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from math import isfinite
from typing import Any

import orjson
from aiohttp import web

from fake_evolution import messaging, phones
from fake_evolution.api.call import CONFIG, ENGINE
from fake_evolution.domain.instance import Instance
from fake_evolution.errors import ConfigError, FakeEvolutionError, IllegalSignalError, UnknownInstanceError
from fake_evolution.journal import Record
from fake_evolution.world import World

PREFIX = "/__fake__"

_RECORDS_AN_ANSWER_MAX = 5000
_WAIT_S_MAX = 60.0
_MESSAGES_MAX = 1000

_STATUS: Mapping[type[FakeEvolutionError], int] = {UnknownInstanceError: 404, IllegalSignalError: 409}

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _answer(body: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(body, default=str), status=status, content_type="application/json", charset="utf-8"
    )


@web.middleware
async def guard_control(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """Ask for the control key where there is one, and tell errors of this API in one sentence."""
    if not request.path.startswith(PREFIX):
        return await handler(request)
    key = request.app[CONFIG].control_key
    if key and not _same(request.headers.get("x-control-key", ""), key):
        return _answer({"error": "the control API wants its key in the header x-control-key"}, 401)
    try:
        return await handler(request)
    except FakeEvolutionError as error:
        return _answer({"error": str(error)}, _STATUS.get(type(error), 400))
    except web.HTTPNotFound:
        known = ", ".join(f"{method} {path}" for method, path, _ in ENDPOINTS)
        return _answer({"error": f"no {request.method} {request.path} in the control API (known: {known})"}, 404)
    except web.HTTPMethodNotAllowed as error:
        legal = ", ".join(sorted(error.allowed_methods))
        return _answer({"error": f"{request.path} does not take {request.method}; legal: {legal}"}, 405)


def _same(given: str, key: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode())


async def _body(request: web.Request, **known: type | tuple[type, ...]) -> Mapping[str, Any]:
    """The JSON body with its known keys checked; an empty body counts as no keys."""
    raw = await request.read()
    try:
        found = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"the body is a {type(found).__name__}; legal: an object with {', '.join(known) or 'no key'}")
    for key, value in found.items():
        if key not in known:
            raise ConfigError(f"unknown key '{key}' (known: {', '.join(known) or 'none'})")
        if value is not None and (not isinstance(value, known[key]) or isinstance(value, bool)):
            raise ConfigError(f"'{key}' is {value!r}; legal: {_told(known[key])}")
    return found


def _told(kind: type | tuple[type, ...]) -> str:
    names = {str: "a text", int: "a whole number", float: "a number", dict: "an object"}
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(names[one] for one in kinds)


def _number(request: web.Request, name: str, default: float, maximum: float) -> float:
    text = request.query.get(name)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= maximum:
        raise ConfigError(f"{name} is '{text}'; legal: a number from 0 to {maximum:g}")
    return value


def _shown(instance: Instance) -> dict[str, Any]:
    return {
        "name": instance.name,
        "instance_id": instance.instance_id,
        "phase": instance.phase,
        "memory": instance.memory,
        "database": instance.row,
        "qr_count": instance.qr.count,
        "code": instance.qr.code if instance.phase == "qr" else None,
        "owner": instance.owner.number if instance.owner else None,
        "webhook": instance.webhook.answer() if instance.webhook else None,
    }


async def health(request: web.Request) -> web.Response:
    """Liveness, and how much is going on."""
    engine = request.app[ENGINE]
    body = {
        "status": "ok",
        "profile": engine.profile.version,
        "seed": engine.seed,
        "instances": len(engine.instances),
        "waiting": engine.scheduler.waiting,
        "in_flight": engine.courier.in_flight,
        "attempts": engine.courier.attempts_made,
        "lateness_s_max": round(engine.courier.lateness_s_max, 6),
        "journal_seq": engine.journal.last_seq,
    }
    return _answer(body)


async def instances(request: web.Request) -> web.Response:
    """All instances."""
    return _answer([_shown(found) for found in request.app[ENGINE].instances.values()])


async def instance(request: web.Request) -> web.Response:
    """One instance."""
    return _answer(_shown(request.app[ENGINE].instance(request.match_info["name"])))


async def scan(request: web.Request) -> web.Response:
    """A phone scans a code; 200 when that linked it, 409 when it was refused. The verdict says why."""
    body = await _body(request, code=str, number=str, profile_name=str)
    number = body.get("number")
    if number is not None and not (number.isdigit() and len(number) >= 8):  # noqa: PLR2004
        raise ConfigError(f"'number' is {number!r}; legal: at least 8 digits, country code first")
    told = phones.scan(
        request.app[ENGINE],
        code=body.get("code"),
        instance=request.match_info.get("name"),
        number=number,
        profile_name=body.get("profile_name"),
    )
    return _answer(told, 200 if told["verdict"] == "linked" else 409)


async def phone(request: web.Request) -> web.Response:
    """Something happens to the phone of an instance."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await _body(request, action=str, code=int, for_s=(int, float))
    if body.get("action") is None:
        raise ConfigError(f"'action' is missing; legal: {', '.join(phones.ACTIONS)}")
    for_s = body.get("for_s")
    if for_s is not None and not (isfinite(for_s) and for_s >= 0):
        raise ConfigError(f"'for_s' is {for_s!r}; legal: a number of seconds that is not negative")
    phones.act(engine, name, body["action"], code=body.get("code"), for_s=for_s)
    return _answer(_shown(engine.instance(name)))


async def messages(request: web.Request) -> web.Response:
    """The phone receives texts."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await _body(request, **{"from": str, "text": str, "push_name": str, "count": int})
    count = body.get("count") or 1
    if not 1 <= count <= _MESSAGES_MAX:
        raise ConfigError(f"'count' is {count}; legal: 1 to {_MESSAGES_MAX}")
    sender = body.get("from") or "5511900000000"
    if not sender.isdigit():
        raise ConfigError(f"'from' is {sender!r}; legal: digits, country code first")
    text, push_name = body.get("text") or "Olá!", body.get("push_name")
    ids = [messaging.receive_text(engine, name, number=sender, text=text, push_name=push_name) for _ in range(count)]
    return _answer({"message_ids": ids}, 201)


async def reset(request: web.Request) -> web.Response:
    """An empty server on the same port, with another world or seed where given."""
    body = await _body(request, world=dict, seed=int)
    world = None if body.get("world") is None else World.from_mapping(body["world"])
    engine = request.app[ENGINE]
    await engine.reset(world=world, seed=body.get("seed"))
    return _answer({"seed": engine.seed, "world": engine.world.describe()})


async def read_clock(request: web.Request) -> web.Response:
    """The run's time and rate."""
    clock = request.app[ENGINE].clock
    return _answer({"now_s": round(clock.now(), 6), "rate": clock.rate, "wall": clock.wall().isoformat()})


async def change_clock(request: web.Request) -> web.Response:
    """Advance the clock, or change its rate (0 stops it)."""
    body = await _body(request, advance_s=(int, float), rate=(int, float))
    given = [key for key in ("advance_s", "rate") if body.get(key) is not None]
    if len(given) != 1:
        raise ConfigError("give either `advance_s` or `rate`")
    engine = request.app[ENGINE]
    if given == ["rate"]:
        engine.clock.set_rate(body["rate"])
    else:
        engine.clock.advance(body["advance_s"])
    engine.scheduler.wake()
    return await read_clock(request)


async def journal(request: web.Request) -> web.Response:
    """Records after `after`; with `wait_s` and none there yet, waits for the next one."""
    kept = request.app[ENGINE].journal
    after, kind = int(_number(request, "after", 0, 1e15)), request.query.get("kind")
    wait_s = _number(request, "wait_s", 0, _WAIT_S_MAX)
    if wait_s and not any(True for _ in kept.after(after, kind=kind)):
        await _next_record(request, kind, wait_s)
    found = [
        record.line() for _, record in zip(range(_RECORDS_AN_ANSWER_MAX), kept.after(after, kind=kind), strict=False)
    ]
    return _answer(found)


async def _next_record(request: web.Request, kind: str | None, wait_s: float) -> None:
    came = asyncio.Event()

    def notice(record: Record) -> None:
        if kind in (None, record.kind):
            came.set()

    stop_listening = request.app[ENGINE].journal.listen(notice)
    try:
        async with asyncio.timeout(wait_s):
            await came.wait()
    except TimeoutError:
        return
    finally:
        stop_listening()


ENDPOINTS: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/health", health),
    ("GET", "/instances", instances),
    ("GET", "/instances/{name}", instance),
    ("POST", "/instances/{name}/scan", scan),
    ("POST", "/scan", scan),
    ("POST", "/instances/{name}/phone", phone),
    ("POST", "/instances/{name}/messages", messages),
    ("POST", "/reset", reset),
    ("GET", "/clock", read_clock),
    ("POST", "/clock", change_clock),
    ("GET", "/journal", journal),
)


def add_to(app: web.Application) -> None:
    """Register the control API."""
    for method, path, endpoint in ENDPOINTS:
        app.router.add_route(method, PREFIX + path, endpoint)
