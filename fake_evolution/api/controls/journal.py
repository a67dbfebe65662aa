"""The journal, as a long poll."""

import asyncio

from aiohttp import web

from fake_evolution.api.asked import answer, number_in_query
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import Endpoints
from fake_evolution.journal import Record

_RECORDS_AN_ANSWER_MAX = 5000
_WAIT_S_MAX = 60.0


async def journal(request: web.Request) -> web.Response:
    """Records after `after`; with `wait_s` and none there yet, waits for the next one."""
    kept = request.app[ENGINE].journal
    after, kind = int(number_in_query(request, "after", 0, 1e15)), request.query.get("kind")
    wait_s = number_in_query(request, "wait_s", 0, _WAIT_S_MAX)
    if wait_s and not any(True for _ in kept.after(after, kind=kind)):
        await _next_record(request, kind, wait_s)
    found = [
        record.line() for _, record in zip(range(_RECORDS_AN_ANSWER_MAX), kept.after(after, kind=kind), strict=False)
    ]
    return answer(found)


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


ENDPOINTS: Endpoints = (("GET", "/journal", journal),)
