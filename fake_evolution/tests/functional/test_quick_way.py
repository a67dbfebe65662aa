"""Tests of the quick way: calls that take it are answered and noted as they are by the whole application."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from fake_evolution import read_journal
from fake_evolution.door import Door
from fake_evolution.tests.stage import KEY, Stage

PLAIN: dict[str, str] = {}
UNUSUAL = {"If-None-Match": '"something else"'}  # means nothing here, but what has it takes the long way
CREATE = {"instanceName": "shop", "integration": "WHATSAPP-BAILEYS"}
CALLS: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/instance/create", CREATE),
    ("POST", "/instance/create", {**CREATE, "instanceName": "sales"}),
    ("POST", "/instance/create", {**CREATE, "qrcode": "yes", "token": 1}),
    ("POST", "/instance/create", {**CREATE, "integration": "CARRIER-PIGEON"}),
    ("POST", "/instance/create", {**CREATE, "token": "t" * 2000}),
    ("POST", "/instance/create", b'{"instanceName": '),
    ("POST", "/instance/create", b"[]"),
    ("POST", "/instance/create", {}),
    ("GET", "/", None),
    ("GET", "/nowhere", None),
    ("GET", "/metrics", None),
    ("GET", "/instance/connectionState/sales", None),
    ("GET", "/instance/connectionState/nobody", None),
    ("GET", "/webhook/find/sales", None),
    ("POST", "/settings/set/sales", {"rejectCall": 1}),
    ("POST", "/chat/findMessages/sales", {"where": {"key": {"id": "ü" * 2000}}}),
    ("DELETE", "/instance/logout/sales", None),
)


async def raw(stage: Stage, call: tuple[str, str, Any], headers: dict[str, str]) -> tuple[list[bytes], bytes]:
    """The lines of the head but for the date, and the body, of an answer."""
    method, path, given = call
    body = b"" if given is None else given if isinstance(given, bytes) else orjson.dumps(given)
    asked = {"Host": "fake", "apikey": KEY, "Accept-Encoding": "gzip"}
    if body:
        asked |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    asked |= headers
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in asked.items()), "", ""]
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(stage.fake.url).port)
    writer.write("\r\n".join(lines).encode() + body)
    head = (await reader.readuntil(b"\r\n\r\n")).splitlines()
    length = next(line.split()[1] for line in head if line.lower().startswith(b"content-length:"))
    answered = await reader.readexactly(int(length))
    writer.close()
    return [line for line in head if not line.startswith(b"Date:")], answered


async def told(call: tuple[str, str, Any], headers: dict[str, str]) -> tuple[Any, list[dict[str, Any]]]:
    """What a fresh fake answers to a call, and what its journal says of that."""
    async with Stage() as stage:
        await stage.create("sales")
        before = stage.fake.journal.last_seq
        answer = await raw(stage, call, headers)
        return answer, [{**record.line(), "wall": None} for record in stage.fake.journal.after(before)]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")
async def test_both_ways_tell_the_same(call: tuple[str, str, Any]) -> None:
    """Octet for octet, headers and their order included, and record for record."""
    quick = await told(call, PLAIN)
    whole = await told(call, UNUSUAL)

    assert quick == whole


@pytest.mark.parametrize(
    ("call", "headers", "goes_over"),
    [
        (CALLS[0], PLAIN, 0),
        (CALLS[11], PLAIN, 0),
        (CALLS[0], UNUSUAL, 1),
        (CALLS[9], PLAIN, 1),
        (("GET", "/instance/connectionState/s%61les", None), PLAIN, 1),
        (("GET", "/instance/connectionState/sales?instanceName=x", None), PLAIN, 0),
        (("GET", "/instance/connectionState/sales?instanceName=%78", None), PLAIN, 1),
        (("GET", "/instance/connectionState/sales?number=1&number=2", None), PLAIN, 1),
        (CALLS[11], {"Connection": "close"}, 1),
        (CALLS[11], {"Origin": "https://shop.example"}, 1),
        (CALLS[0], {"Content-Encoding": "gzip"}, 1),
        (CALLS[0], {"Content-Type": "application/json; charset=latin-1"}, 1),
        (("GET", "/__fake__/health", None), PLAIN, 1),
        (("POST", "/instance/create", {**CREATE, "token": "x" * 70_000}), PLAIN, 1),
    ],
)
async def test_only_plain_calls_are_quick(
    call: tuple[str, str, Any], headers: dict[str, str], goes_over: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is unusual about a call goes to the application."""
    handed_over: list[bytes] = []
    hand_over = Door._hand_over

    def watched(door: Door, octets: bytes) -> None:
        handed_over.append(octets)
        hand_over(door, octets)

    monkeypatch.setattr(Door, "_hand_over", watched)

    async with Stage() as stage:
        await raw(stage, call, headers)

    assert len(handed_over) == goes_over


async def test_an_answer_is_in_the_journals_file_before_it_leaves(tmp_path: Path) -> None:
    """Whoever has an answer finds it on the disk, with the call and the state that it tells of."""
    path = tmp_path / "journal.jsonl"

    async with Stage(journal=path) as stage:
        await raw(stage, CALLS[0], PLAIN)
        kinds = [record.kind for record in read_journal(path)]

    assert kinds[-4:] == ["call", "state", "event", "answer"]
