"""Logs as one JSON object a line on stderr; who and what go in fields, secrets in none."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from channel_backend.channel import Channel

# What logging itself puts on a record; everything else was handed in with `extra` and belongs in the line.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's own fields and whatever was handed in with `extra`."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update((key, value) for key, value in vars(record).items() if key not in _OWN)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


def set_up(level: str) -> None:
    """Send every record of this level and above to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
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
