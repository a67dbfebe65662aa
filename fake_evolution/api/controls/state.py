"""Liveness, instances, reset and the clock."""

from aiohttp import web

from fake_evolution.api.asked import Control, answer, read_keys, shown
from fake_evolution.api.call import ENGINE, WEBHOOKS_WAITING
from fake_evolution.api.controls import Endpoints
from fake_evolution.api.streaming import STREAMS
from fake_evolution.control_types import ClockBody, ClockShown, Health, InstanceShown, ResetBody, ResetTold
from fake_evolution.errors import ConfigError
from fake_evolution.world import World


async def health(request: web.Request) -> web.Response:
    """Liveness, and how much is going on."""
    engine = request.app[ENGINE]
    body: Health = {
        "status": "ok",
        "down": engine.down,
        "profile": engine.profile.version,
        "seed": engine.seed,
        "instances": len(engine.instances),
        "waiting": engine.scheduler.waiting,
        "in_flight": engine.courier.in_flight,
        "attempts": engine.courier.attempts_made,
        "lateness_s_max": round(engine.courier.lateness_s_max, 6),
        "backlog": {"webhooks": request.app[WEBHOOKS_WAITING](), "overdue_s": round(engine.scheduler.overdue_s, 6)},
        "journal_seq": engine.journal.last_seq,
        "journal_full": engine.journal.full,
        "streams": len(request.app[STREAMS]),
    }
    return answer(body)


async def instances(request: web.Request) -> web.Response:
    """All instances."""
    engine = request.app[ENGINE]
    return answer([shown(engine, found) for found in engine.instances.values()])


async def instance(request: web.Request) -> web.Response:
    """One instance."""
    engine = request.app[ENGINE]
    return answer(shown(engine, engine.instance(request.match_info["name"])))


async def reset(request: web.Request) -> web.Response:
    """An empty server on the same port, with another world or seed where given."""
    body = await read_keys(request, ResetBody)
    given = body.get("world")
    world = None if given is None else World.from_mapping(given)
    engine = request.app[ENGINE]
    await engine.reset(world=world, seed=body.get("seed"))
    return answer({"seed": engine.seed, "world": engine.world.describe()})


async def read_clock(request: web.Request) -> web.Response:
    """The run's time and rate."""
    clock = request.app[ENGINE].clock
    return answer({"now_s": round(clock.now(), 6), "rate": clock.rate, "wall": clock.wall().isoformat()})


async def change_clock(request: web.Request) -> web.Response:
    """Advance the clock, or change its rate (0 stops it)."""
    body = await read_keys(request, ClockBody)
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


ENDPOINTS: Endpoints = (
    Control("GET", "/health", health, Health),
    Control("GET", "/instances", instances, list[InstanceShown]),
    Control("GET", "/instances/{name}", instance, InstanceShown),
    Control("POST", "/reset", reset, ResetTold, takes=ResetBody),
    Control("GET", "/clock", read_clock, ClockShown),
    Control("POST", "/clock", change_clock, ClockShown, takes=ClockBody),
)
