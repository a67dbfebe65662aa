"""The journal: as a long poll, and live."""

import asyncio
from itertools import islice

from aiohttp import web

from fake_evolution.api.asked import Control, answer, number_in_query
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import Endpoints
from fake_evolution.api.streaming import follow
from fake_evolution.control_types import JournalQuery, RecordLine, StreamQuery
from fake_evolution.errors import ConfigError
from fake_evolution.journal import Record

_RECORDS_AN_ANSWER_MAX = 5000
_WAIT_S_MAX = 60.0
_SEQ_MAX = 1e15


async def journal(request: web.Request) -> web.Response:
    """Records after `after`, 5000 at most; with `wait_s` and none there yet, waits for the next one."""
    kept = request.app[ENGINE].journal
    after, kind = int(number_in_query(request, "after", 0, _SEQ_MAX)), request.query.get("kind")
    wait_s = number_in_query(request, "wait_s", 0, _WAIT_S_MAX)
    if wait_s and not any(True for _ in kept.after(after, kind=kind)):
        await _next_record(request, kind, wait_s)
    return answer([record.line() for record in islice(kept.after(after, kind=kind), _RECORDS_AN_ANSWER_MAX)])


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


async def stream(request: web.Request) -> web.StreamResponse:
    """Records as server-sent events: the id is the number, the data the record; goes on behind Last-Event-ID.

    Comments show now and then that the stream is alive. A reader that is too slow gets an event `lost` with the numbers
    of the records that the fake has forgotten meanwhile.
    """
    last = request.headers.get("Last-Event-ID")
    if last is None:
        after = int(number_in_query(request, "after", 0, _SEQ_MAX))
    elif last.isascii() and last.isdigit() and int(last) <= _SEQ_MAX:
        after = int(last)
    else:
        raise ConfigError(f"Last-Event-ID is '{last}'; legal: the number of a record, as 17")
    return await follow(request, after=after, kind=request.query.get("kind"))


ENDPOINTS: Endpoints = (
    Control("GET", "/journal", journal, list[RecordLine], query=JournalQuery),
    Control(
        "GET",
        "/journal/stream",
        stream,
        None,
        query=StreamQuery,
        media="text/event-stream",
        also={429: "Too many follow the journal already."},
    ),
)
