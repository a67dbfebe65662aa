"""A replay keeps the recorded order, waits for causes before effects, and tells what the fake cannot do."""

from dataclasses import replace
from math import inf
from typing import Any

import pytest

from contracts.injections import out_of_reach
from contracts.links import Links
from contracts.recording import Injection, Json, Recording
from contracts.replay import replay
from contracts.replayed import Replay
from contracts.stage import whatsapp_of, world_of
from contracts.tests.recorded import SINK, connection, envelope, recording, request, webhook
from fake_evolution import WhatsApp

CREATE = {
    "instanceName": "a",
    "integration": "WHATSAPP-BAILEYS",
    "webhook": {"url": f"{SINK}/wh/by_hand", "events": []},
}
KEY = {"headers": {"apikey": "<GLOBAL_API_KEY>", "content-type": "application/json"}}
SCAN = {
    "kind": "inject",
    "t_offset_ms": 3000,
    "action": "scan",
    "instance": "a",
    "jid": "5511999990001:7@s.whatsapp.net",
}


def created(t_ms: int = 0) -> dict[str, Json]:
    """A recorded creation."""
    return request(t_ms, "POST", "/instance/create", 201, {"hash": "t"}, body=CREATE, **KEY)


async def played(*steps: dict[str, Any]) -> Replay:
    """A replay of these steps, fast."""
    return await replay(recording(*steps), rate=50)


async def test_a_mask_becomes_the_key_or_the_token() -> None:
    """The masked keys of a recording are filled in with the keys of the fake."""
    state = {"instance": {"instanceName": "a", "state": "close"}}
    own = request(50, "GET", "/instance/connectionState/a", 200, state, headers={"apikey": "<TOKEN:a>"})
    low = request(60, "GET", "/instance/connectionState/a", 401, {}, headers={"apikey": "<global_api_key_lowercased>"})

    result = await played(created(), own, low)

    assert [answer.status for answer in result.answered] == [201, 200, 401]


async def test_recorded_identifiers_are_translated_in_requests() -> None:
    """An identifier the recording got from the server is the fake's own when it is used again."""
    recorded_id = "6f86c6e3-150f-4030-8f3e-f04e7d46a9a0"
    answer = {"instance": {"instanceName": "a", "instanceId": recorded_id}, "hash": "t"}
    creation = created() | {"response": answer}
    fetch = request(50, "GET", f"/instance/fetchInstances?instanceId={recorded_id}", 200, [{"id": recorded_id}], **KEY)

    result = await played(creation, fetch)

    assert [answer.status for answer in result.answered] == [201, 200]


async def test_webhooks_arrive_for_their_recorded_ones() -> None:
    """Each arriving webhook is paired, and the address of the sink is the one of the replay."""
    result = await played(created(), webhook(40, envelope("instance.create", {})))

    assert [(arrival.recorded is not None, arrival.path) for arrival in result.arrivals] == [(True, "/wh/by_hand")]


async def test_a_failing_sink_gets_retries() -> None:
    """A recorded failure is replied again, and the fake's next attempt stands for the next recorded one."""
    steps = [
        webhook(t, envelope("instance.create", {}), reply={"status": s, "delay_ms": 0})
        for t, s in ((40, 500), (5100, "reset"))
    ]

    result = await played(created(), *steps)

    assert [(arrival.attempt, arrival.recorded is not None) for arrival in result.arrivals] == [(0, True), (1, True)]


async def test_an_impossible_injection_ends_the_replay() -> None:
    """What the fake cannot do is told, and nothing after it is tried."""
    lack = {"kind": "inject", "t_offset_ms": 50, "action": "earthquake", "instance": "a"}
    after = request(60, "GET", "/", 200, {})

    result = await played(created(), lack, webhook(70, connection("close")), after)

    assert [(found.position, found.what) for found in result.not_covered] == [(1, "injection earthquake")]
    assert (len(result.answered), result.out_of_reach) == (1, frozenset({2}))


async def test_a_refused_scan_is_told() -> None:
    """A scan at an instance that shows no code is not covered, with the fake's own words."""
    result = await played(created(), SCAN | {"name": "Ana", "t_offset_ms": 50})

    assert "shows no QR code while it is 'closed'" in result.not_covered[0].what


async def test_an_absent_route_takes_its_webhooks_along() -> None:
    """Webhooks that a missing route would have brought are out of reach."""
    sent = request(100, "POST", "/message/sendPigeon/a", 201, {}, **KEY)

    result = await played(
        created(), webhook(40, envelope("instance.create", {})), sent, webhook(110, envelope("send.message", {}))
    )

    assert [found.what for found in result.not_covered] == ["POST /message/sendPigeon"]
    assert result.out_of_reach == frozenset({3})


async def test_a_socket_client_connects_as_recorded() -> None:
    """A recorded socket.io client is a real one in the replay; what came of it is kept."""
    client = {"namespace": "/b", "query": None}
    step = {"kind": "websocket", "t_offset_ms": 50, "client": client, "type": "connect_error"}

    steps = (created(), step | {"message": "Invalid namespace"})
    result = await replay(recording(*steps, env={"WEBSOCKET_ENABLED": "true"}), rate=50)

    assert [(found.type, found.message) for found in result.connected] == [("connect_error", "Invalid namespace")]


def test_only_what_an_event_brings_is_out_of_reach() -> None:
    """An event that cannot be injected takes its own webhooks along, and no others."""
    injected = {"kind": "inject", "t_offset_ms": 10, "action": "event", "instance": "a", "event": "call", "data": []}
    recorded = recording(
        webhook(5, envelope("call", {})), injected, webhook(20, envelope("call", {})), webhook(30, connection("open"))
    )

    found = out_of_reach(recorded, first_injection(recorded))

    assert found == frozenset({2})


def first_injection(recorded: Recording) -> Injection:
    """The injection of a recording."""
    return recorded.of(Injection)[0]


@pytest.mark.parametrize(
    ("stub", "expected"),
    [
        ({"qr_first_ms": 8000}, WhatsApp(qr_first_s=8.0)),
        ({"qr_interval_ms": 0}, WhatsApp(qr_interval_s=45.0)),
        ({"qr_interval_ms": 1500, "qr_refs": 3}, WhatsApp(qr_interval_s=1.5, qr_refs=3)),
        ({"auto_qr": False}, WhatsApp(qr_first_s=float("inf"))),
        ({"auto_open": False}, WhatsApp(open_s=float("inf"))),
        ({"no_picture": ["777"], "not_on_whatsapp": ["1"]}, WhatsApp(no_picture=("777",), not_on_whatsapp=("1",))),
    ],
)
def test_the_stub_becomes_whatsapp(stub: dict[str, Json], expected: WhatsApp) -> None:
    """Settings of the recorded stub are times of the world."""
    found = whatsapp_of(stub)

    assert found == replace(expected, group_change_s=inf)  # a recorded group never shows a change


def test_settings_keep_their_names_and_change_their_addresses() -> None:
    """The recorded environment is the world's, with the sink of the replay in it."""
    recorded = recording(request(0, "GET", "/", 200, {}), env={"WEBHOOK_GLOBAL_URL": f"{SINK}/wh/global", "TZ": "UTC"})

    world = world_of(recorded, Links({SINK: "http://127.0.0.1:4000"}))

    assert world.server == {"WEBHOOK_GLOBAL_URL": "http://127.0.0.1:4000/wh/global", "TZ": "UTC"}
