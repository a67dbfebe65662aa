"""Faults strike as often as they are declared to: every fault there is, over 10,000 deliveries or calls each.

What is counted is what became of a delivery (not sent exactly once, at once, as it was, and taken) or of a call (not
answered as without faults); only of an answer that is out of date says the journal that it was one. A fault's declared
probability must lie in the exact 99 % interval of what was counted.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

import aiohttp
from scipy.stats import binomtest

from fake_evolution import (
    API_FAULTS,
    FAULTS,
    Answer,
    Config,
    FakeServer,
    Outcome,
    VirtualFake,
    Webhook,
    World,
    run_virtually,
)
from load.bench.ground import Measures, create_body

_SAMPLES = 10_000
_PROBABILITY = 0.1
_CONFIDENCE = 0.99
_AT_ONCE = 200
_SLOW_S = 2.5
_WEBHOOK = {"webhook": {"url": "http://backend.test/hook", "events": ["INSTANCE_CREATE"]}}
_PLAIN = b'{"error":true,"message":"[object Object]"}'  # what a closed instance says to a restart
_MORE: Mapping[str, Mapping[str, Any]] = {  # what a fault cannot do without, or would take too long with
    "delay": {"delay": "1s"},
    "clock-skew": {"ahead": "5m"},
    "oversize": {"size": "20kB"},
    "api-latency": {"latency": "3s"},
    "api-timeout": {"close_after": "1s"},
}


async def measure() -> Measures:
    """How many faults there are, and of how many the interval leaves the declared probability out."""
    struck = {name: await asyncio.to_thread(run_virtually, _deliveries(name)) for name in FAULTS}
    struck |= {name: await _calls(name) for name in API_FAULTS}
    outside = [name for name, count in struck.items() if not _holds(count)]
    return {"faults": len(struck), "outside": len(outside), **{_measure(name): struck[name] for name in struck}}


def _measure(name: str) -> str:
    return f"struck_{name.replace('-', '_')}"


def _holds(struck: int) -> bool:
    interval = binomtest(struck, _SAMPLES).proportion_ci(confidence_level=_CONFIDENCE, method="exact")
    return bool(interval.low <= _PROBABILITY <= interval.high)


def _world(name: str, **select: Any) -> World:
    rule = {"name": f"the {name}", "fault": name, "probability": _PROBABILITY, "select": select, **_MORE.get(name, {})}
    return World.from_mapping({"faults": [rule]})


# --- deliveries, in virtual time --------------------------------------------------------------------------------------


async def _deliveries(name: str) -> int:
    """One delivery each of so many instances, which are gone in the end; how many did not simply go through."""
    async with VirtualFake(_take, config=Config(api_key="bench"), world=_world(name)) as fake:
        for number in range(_SAMPLES):
            await fake.create(create_body(f"bench-{number}") | _WEBHOOK)
        await fake.pass_time(60)
        for instance in tuple(fake.engine.instances.values()):
            fake.engine.forget(instance.name, instance.instance_id)
        await fake.pass_time(3600)
        emitted = {record["event_id"]: record.t for record in fake.journal.after(0, kind="event")}
        attempts = [record.fields for record in fake.journal.after(0, kind="attempt")]
    times = Counter(attempt["event_id"] for attempt in attempts)
    plain = sum(1 for one in attempts if times[one["event_id"]] == 1 and _is_plain(one, emitted[one["event_id"]]))
    return _SAMPLES - plain


def _is_plain(attempt: Mapping[str, Any], emitted_s: float) -> bool:
    return attempt["outcome"] == "ok" and attempt["sent_s"] == emitted_s and "wire" not in attempt


async def _take(_webhook: Webhook) -> Answer:
    return Answer(Outcome.OK, status=200)


# --- calls, over HTTP -------------------------------------------------------------------------------------------------


async def _calls(name: str) -> int:
    """So many calls of one route; how many were not answered as they should be."""
    config = Config(api_key="bench")
    async with FakeServer(config, world=_world(name, call="POST /instance/restart/*")) as fake:
        await fake.create(create_body("sales"))
        connector = aiohttp.TCPConnector(limit=_AT_ONCE)
        url, left = f"{fake.url}/instance/restart/sales", iter(range(_SAMPLES))  # a POST: no client asks it twice
        async with aiohttp.ClientSession(headers={"apikey": "bench"}, connector=connector) as session:
            found = await asyncio.gather(*(_asked(session, url, left) for _ in range(_AT_ONCE)))
        told = sum(1 for _ in fake.journal.after(0, kind="fault"))
    return told if name == "api-stale" else sum(found)


async def _asked(session: aiohttp.ClientSession, url: str, left: Any) -> int:
    clock, struck = asyncio.get_running_loop().time, 0
    for _ in left:
        began_s = clock()
        try:
            async with session.post(url) as answer:
                plain = answer.status == 200 and (await answer.read()) == _PLAIN  # noqa: PLR2004  OK
        except aiohttp.ClientError:
            plain = False
        struck += not plain or clock() - began_s > _SLOW_S
    return struck
