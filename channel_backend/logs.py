"""Logs as one JSON object a line on stderr; who and what go in fields, secrets in none.

What a piece of work is about (request, channel, instance) is bound once with `bound`; every line that is written while
it goes on carries it, in tasks that it starts, too.
"""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec

from channel_backend.channel import Channel

# What logging itself puts on a record; everything else was handed in with `extra` and belongs in the line.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


_BOUND: ContextVar[dict[str, object] | None] = ContextVar("bound", default=None)
HIDDEN = "***"


@contextmanager
def bound(**fields: object) -> Iterator[None]:
    """Every line written inside carries these fields, unless it says otherwise itself."""
    token = _BOUND.set({**(_BOUND.get() or {}), **fields})
    try:
        yield
    finally:
        _BOUND.reset(token)


class JsonLines(logging.Formatter):
    """One JSON object a record; a secret that a library or a mistake puts into one is struck out."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        # As they stand in JSON; the longest first, because one may hold another.
        written = {msgspec.json.encode(secret).decode()[1:-1] for secret in secrets if secret}
        self._secrets = sorted(written, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The record's own fields and whatever was handed in with `extra`."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(_BOUND.get() or {})
        line.update((key, value) for key, value in vars(record).items() if key not in _OWN)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        text = msgspec.json.encode(line, enc_hook=str).decode()
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def set_up(level: str, secrets: Sequence[str] = ()) -> None:
    """Send every record of this level and above to stderr, without these secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A line a request, and a line a webhook, are ours to write.
    for chatty in ("aiohttp.access", "channel_backend.sockets.library", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def about(channel: Channel, **fields: object) -> dict[str, object]:
    """The fields that say which channel a line is about."""
    return {
        "tenant": channel.tenant_id,
        "channel": channel.id,
        "instance": channel.instance,
        "session": channel.standing.session,
        "status": channel.standing.status.value,
        **fields,
    }
