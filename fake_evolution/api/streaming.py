"""The journal, live: server-sent events whose ids are record numbers.

    cursor ─▶ kept records after it ─▶ written ─▶ none left: wait for the next one, and say that all is well
       ▲                                  │
       └──────────────────────────────────┘

Nothing is queued for a reader: each has only its place in the journal. Who reads more slowly than the journal forgets
is told how many records it missed (`event: lost`), and who stops reading altogether is cut off.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

import orjson
from aiohttp import web

from fake_evolution.api.call import CONFIG, ENGINE
from fake_evolution.config import Config
from fake_evolution.errors import LimitReachedError
from fake_evolution.journal import Journal, Record

STREAMS: web.AppKey[set["Stream"]] = web.AppKey("streams")

_RECORDS_AT_ONCE = 500


@dataclass(slots=True, eq=False)
class Stream:
    """One reader's place in the journal."""

    journal: Journal
    cursor: int
    kind: str | None
    keep_alive_s: float
    came: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def end(self) -> None:
        """Let the reader go as soon as it has what is there."""
        self.over = True
        self.came.set()

    def notice(self, record: Record) -> None:
        """Something was written."""
        if self.kind in (None, record.kind):
            self.came.set()

    def lost(self) -> bytes | None:
        """What tells the reader that the journal has forgotten records that it never got."""
        oldest = next(self.journal.after(self.cursor), None)
        if oldest is None or oldest.seq == self.cursor + 1:
            return None
        told = {"from_seq": self.cursor + 1, "to_seq": oldest.seq - 1, "records": oldest.seq - 1 - self.cursor}
        self.cursor = oldest.seq - 1
        return b"event: lost\nid: %d\ndata: %s\n\n" % (self.cursor, orjson.dumps(told))

    def news(self) -> bytes:
        """The next records as events; empty when there are none."""
        newest = self.journal.last_seq
        found = list(islice(self.journal.after(self.cursor, kind=self.kind), _RECORDS_AT_ONCE))
        self.cursor = found[-1].seq if len(found) == _RECORDS_AT_ONCE else newest
        return b"".join(_events(found))


def _events(records: Iterable[Record]) -> Iterable[bytes]:
    return (b"id: %d\ndata: %s\n\n" % (record.seq, orjson.dumps(record.line(), default=str)) for record in records)


async def follow(request: web.Request, *, after: int, kind: str | None) -> web.StreamResponse:
    """Answer with the journal from a record on, until the reader or the fake goes away."""
    config, streams, journal = request.app[CONFIG], request.app[STREAMS], request.app[ENGINE].journal
    if len(streams) >= config.streams_max:
        raise LimitReachedError(
            f"{len(streams)} streams are open already; legal: {config.streams_max} (streams_max). Close one, or use "
            "GET /__fake__/journal with wait_s"
        )
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    stream = Stream(journal, after, kind, config.stream_keep_alive_s)
    streams.add(stream)
    stop_listening = journal.listen(stream.notice)
    try:
        await response.prepare(request)
        with suppress(ConnectionError):  # the reader went away; watching leaves no trace in the journal
            await _write_all(stream, response, config)
    except TimeoutError:
        journal.write("stream.cut", after=stream.cursor, patience_s=config.stream_patience_s)
        if request.transport is not None:
            request.transport.abort()
    finally:
        stop_listening()
        streams.discard(stream)
    return response


async def _write_all(stream: Stream, response: web.StreamResponse, config: Config) -> None:
    await response.write(b": the journal; ids are record numbers\n\n")
    while not stream.over:
        stream.came.clear()
        octets = (stream.lost() or b"") + stream.news()
        if not octets:
            octets = await _nothing_new(stream)
        if octets:
            async with asyncio.timeout(config.stream_patience_s):
                await response.write(octets)


async def _nothing_new(stream: Stream) -> bytes:
    """Wait for the next record; a comment when that takes long."""
    try:
        async with asyncio.timeout(stream.keep_alive_s):
            await stream.came.wait()
    except TimeoutError:
        return b": still here\n\n"
    return b""


async def end_streams(app: web.Application) -> None:
    """Let all readers go: the fake stops."""
    streams = app[STREAMS]
    for stream in tuple(streams):
        stream.end()
