"""A line says what it is about, and no secret."""

import asyncio
import json
import logging

from channel_backend.logs import JsonLines, bound

SECRET = 'open "sesame"'


def line(message: str, **extra: object) -> dict[str, object]:
    """What is written for a record."""
    record = logging.makeLogRecord({"name": "test", "levelname": "INFO", "msg": message, **extra})
    found: dict[str, object] = json.loads(JsonLines([SECRET, ""]).format(record))
    return found


def test_lines_carry_what_is_bound() -> None:
    """Inside the innermost, and its own fields win; outside nothing is left."""
    with bound(channel=7, request="a"), bound(request="b"):
        inside = line("event", instance="7", channel=8)

    assert (inside["channel"], inside["request"], inside["instance"]) == (8, "b", "7")
    assert "channel" not in line("event")


async def test_a_task_carries_what_was_bound_where_it_began() -> None:
    """Work that goes on after its request still says for which channel it is."""

    async def work() -> dict[str, object]:
        return line("later")

    with bound(channel=7):
        task = asyncio.create_task(work())

    assert (await task)["channel"] == 7


def test_a_secret_is_struck_out_wherever_it_stands() -> None:
    """In the message, in a field, inside other text, as JSON writes it."""
    found = line(f"cannot reach host with {SECRET}", url=f"redis://x:{SECRET}@host")

    assert (found["message"], found["url"]) == ("cannot reach host with ***", "redis://x:***@host")
