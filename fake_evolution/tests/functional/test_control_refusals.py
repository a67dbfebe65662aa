"""Tests of the control API with wrong callers: every error is one sentence with found and legal."""

from typing import Any

import orjson
import pytest

from fake_evolution.tests.stage import Stage

CASES: list[tuple[str, str, Any, int, str]] = [
    ("GET", "/instances/nobody", None, 404, "no instance 'nobody' (known: sales, support)"),
    ("POST", "/instances/nobody/scan", {}, 404, "no instance 'nobody' (known: sales, support)"),
    ("POST", "/instances/nobody/scan", {"code": "2@x"}, 404, "no instance 'nobody' (known: sales, support)"),
    ("POST", "/instances/nobody/phone", {"action": "unlink"}, 404, "no instance 'nobody' (known: sales, support)"),
    ("POST", "/instances/nobody/messages", {}, 404, "no instance 'nobody' (known: sales, support)"),
    ("POST", "/scan", {}, 400, "neither a code nor an instance was given; legal: `code`, or a scan at an instance"),
    (
        "POST",
        "/scan",
        {"cod": "2@x"},
        400,
        "unknown key 'cod'; did you mean 'code'? (known: code, number, profile_name)",
    ),
    ("POST", "/scan", {"code": 5}, 400, "'code' is 5; legal: a text"),
    ("POST", "/scan", {"code": True}, 400, "'code' is True; legal: a text"),
    ("POST", "/scan", {"code": "x", "number": "12"}, 400, "'number' is '12'; legal: at least 8 digits, country code f"),
    ("POST", "/scan", [1], 400, "the body is a list; legal: an object with code, number, profile_name"),
    (
        "POST",
        "/instances/sales/scan",
        {},
        409,
        "instance 'sales' shows no QR code while it is 'closed'; legal while: qr",
    ),
    ("POST", "/instances/sales/phone", {}, 400, "'action' is missing; legal: unlink, ban, lose-connection, recover"),
    ("POST", "/instances/sales/phone", {"action": "die"}, 400, "unknown phone action 'die' (known: unlink, ban, lose-"),
    ("POST", "/instances/sales/phone", {"action": "unlink"}, 409, "phone action 'unlink' needs a paired phone, and i"),
    ("POST", "/instances/sales/phone", {"action": "recover"}, 409, "phone action 'recover' needs a session that lost"),
    ("POST", "/instances/support/phone", {"action": "ban", "code": 500}, 400, "code 500 does not log a phone out; leg"),
    ("POST", "/instances/support/phone", {"action": "lose-connection", "code": 401}, 400, "code 401 logs the phone ou"),
    ("POST", "/instances/support/phone", {"action": "ban", "for_s": -1}, 400, "'for_s' is -1; legal: a number of seco"),
    ("POST", "/instances/support/phone", {"action": "ban", "for_s": "1"}, 400, "'for_s' is '1'; legal: a number"),
    (
        "POST",
        "/instances/support/phone",
        {"action": "ban", "until_recover": True},
        400,
        "'until_recover' is true; legal",
    ),
    ("POST", "/instances/sales/messages", {}, 409, "WhatsApp tells nothing to instance 'sales' while it is 'closed'; "),
    ("POST", "/instances/support/messages", {"count": 1001}, 400, "'count' is 1001; legal: 1 to 1000"),
    ("POST", "/instances/support/messages", {"from": "me"}, 400, "'me' is no number; legal: 8 to 20 digits, country"),
    ("POST", "/clock", {}, 400, "give either `advance_s` or `rate`"),
    ("POST", "/clock", {"advance_s": 1, "rate": 1}, 400, "give either `advance_s` or `rate`"),
    ("POST", "/clock", {"advance_s": -1}, 400, "clock cannot be advanced by -1 s; legal: 0 to "),
    ("POST", "/clock", {"advance_s": 1e300}, 400, "clock cannot be advanced by 1e+300 s; legal: 0 to "),
    ("POST", "/clock", {"rate": 10001}, 400, "clock rate is 10001; legal: 0 (stands still) to 10000 (times real time)"),
    ("GET", "/journal?after=x", None, 400, "after is 'x'; legal: a number from 0 to 1e+15"),
    ("GET", "/journal?after=-1", None, 400, "after is '-1'; legal: a number from 0 to 1e+15"),
    ("GET", "/journal?wait_s=61", None, 400, "wait_s is '61'; legal: a number from 0 to 60"),
    ("GET", "/journal?wait_s=nan", None, 400, "wait_s is 'nan'; legal: a number from 0 to 60"),
    ("POST", "/reset", {"seed": "7"}, 400, "'seed' is '7'; legal: a whole number"),
    ("POST", "/reset", {"world": []}, 400, "'world' is []; legal: an object"),
    ("POST", "/reset", {"world": {"x": 1}}, 400, "world: unknown key 'x' (known: faults, phones, prof"),
    ("POST", "/reset", b"{", 400, "the body is no JSON: "),
    ("GET", "/nothing", None, 404, "no GET /__fake__/nothing in the control API (known: "),
    ("DELETE", "/health", None, 405, "/__fake__/health does not take DELETE; legal: GET"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]} {case[2]}")
async def test_wrong_call_is_one_sentence(stage: Stage, case: tuple[str, str, Any, int, str]) -> None:
    """Unknown keys, wrong types, unknown instances and illegal actions are refused, and nothing changes."""
    method, path, body, status, told = case
    await stage.create("sales")
    await stage.open("support")
    octets = body if isinstance(body, bytes) else orjson.dumps(body) if body is not None else b""
    before = await stage.control.instances()

    async with stage.session.request(method, stage.fake.control_url + path, data=octets) as answer:
        sentence = (await answer.json())["error"]

    assert (answer.status, sentence[: len(told)]) == (status, told)
    assert "\n" not in sentence
    assert await stage.control.instances() == before
