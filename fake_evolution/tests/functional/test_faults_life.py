"""Tests of the faults and of the phones in a running fake: what becomes of retries, removals, and sessions."""

from typing import Any

import pytest

from fake_evolution import ControlError, World
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Stage

FIRST_CONNECTING = {"event": "connection.update", "state": "connecting", "nth": 1}


async def enter(stage: Stage, **world: Any) -> None:
    """Let the fake's world be this one."""
    await stage.control.exchange_world(world)


async def test_lost_answer_is_a_second_delivery(stage: Stage, sink: Sink) -> None:
    """The webhook arrives, the server gives up waiting after its timeout, and 5 s later it arrives again."""
    await enter(stage, faults=[{"fault": "drop-ack", "timeout": "2s", "select": FIRST_CONNECTING}])
    await stage.create("sales", sink.url)
    await stage.during(stage.call("GET", "/instance/connect/sales"))

    await stage.pass_time(10)

    attempts = [one for one in stage.records("attempt") if one["event"] == "connection.update"]
    assert [(one["attempt"], one["outcome"], one["duration_s"]) for one in attempts] == [
        (1, "unknown", 2.0),
        (2, "ok", 0.0),
    ]
    assert sink.events.count("connection.update connecting") == 2


async def test_ghosts_come_after_the_removal(stage: Stage, sink: Sink) -> None:
    """What was delivered once comes again when its instance is gone, and the removal does not wait for it."""
    rule = {"fault": "replay-after-delete", "after": "3s", "select": {"event": "instance.create"}}
    await enter(stage, faults=[rule])
    await stage.create("sales", sink.url)

    await stage.call("DELETE", "/instance/delete/sales")
    await stage.pass_time(2)
    before = list(sink.events)
    await stage.pass_time(2)

    assert stage.fake.engine.instances == {}
    assert before.count("instance.create") == 1
    assert sink.events[-1] == "instance.create"


async def test_forged_copy_is_never_repeated(stage: Stage, sink: Sink) -> None:
    """A refused forgery is an attempt of its own, beside the real one, and the last of its kind."""
    sink.answers = [200, 500]
    await enter(stage, faults=[{"fault": "forged", "select": {"event": "instance.create"}}])
    await stage.create("sales", sink.url)

    await stage.pass_time(60)

    attempts = [(one["copy"], one.get("wire")) for one in stage.records("attempt") if one["event"] == "instance.create"]
    assert sorted(attempts, key=str) == [(0, None), (1, ["edited", "once"])]


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"fault": "api-error", "status": 503}, 503),
        ({"fault": "api-rate-limit", "retry_after": "7s"}, 429),
    ],
)
async def test_api_refuses_without_effect(stage: Stage, rule: dict[str, Any], status: int) -> None:
    """The call never reaches the server; the firing is on record; other calls are not concerned."""
    await enter(stage, faults=[{**rule, "select": {"call": "POST /instance/create"}}])

    reply = await stage.call("POST", "/instance/create", {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS"})

    assert (reply.status, stage.fake.engine.instances) == (status, {})
    assert (await stage.call("GET", "/instance/fetchInstances")).status == 200
    (fired,) = stage.records("fault")
    assert (fired["method"], fired["path"], fired["number"]) == ("POST", "/instance/create", 1)


async def test_api_answer_can_be_out_of_date(stage: Stage, sink: Sink) -> None:
    """The state of before is told again, although the server knows better."""
    await stage.create("sales", sink.url)
    await enter(stage, faults=[{"fault": "api-stale", "select": {"call": "GET /instance/connectionState/*"}}])
    asked = [await stage.call("GET", "/instance/connectionState/sales")]

    await stage.during(stage.call("GET", "/instance/connect/sales"))
    asked.append(await stage.call("GET", "/instance/connectionState/sales"))

    assert [one.body["instance"]["state"] for one in asked] == ["close", "close"]
    assert stage.fake.engine.instances["sales"].memory == "connecting"


async def test_phone_scans_by_itself_and_loses_its_connection(stage: Stage, sink: Sink) -> None:
    """The first code is scanned 4 s after it came; 10 s after the session opened the connection is lost for 5 s."""
    acts = [{"does": "lose-connection", "at": "10s", "for": "5s"}, {"does": "unlink", "at": "30s"}]
    await enter(stage, phones=[{"name": "ana", "scan": {"after": "4s"}, "then": acts}])
    await stage.create("sales", sink.url)

    await stage.during(stage.call("GET", "/instance/connect/sales"))
    await stage.pass_time(60)

    (scan,) = stage.records("scan")
    (code, *_) = stage.records("qr")
    states = [(one["phase"], round(one.t - scan.t, 1)) for one in stage.records("state") if one.t >= scan.t]
    assert scan.t == pytest.approx(code.t + 4.0)
    assert [state for state in states if state[0] == "open"] == [("open", 0.4), ("open", 15.4)]
    assert stage.fake.engine.instances["sales"].phone is None


async def test_phone_can_hold_on_to_an_expired_code(stage: Stage, sink: Sink) -> None:
    """The old code is refused, and then the current one links."""
    scan = {"after": "1s", "code": "expired-first"}
    await enter(stage, whatsapp={"qr_interval": "10s"}, phones=[{"name": "late", "scan": scan}])
    await stage.create("sales", sink.url)

    await stage.during(stage.call("GET", "/instance/connect/sales"))
    await stage.pass_time(20)

    assert [one["verdict"] for one in stage.records("scan")] == ["expired", "linked"]


async def test_flapping_makes_two_events_a_loss(stage: Stage, sink: Sink) -> None:
    """Eighteen losses in ten seconds are 36 webhooks of connecting and open, and no close."""
    await enter(stage, phones=[{"name": "loop", "scan": {"after": "1s"}, "then": [{"does": "flap", "at": "5s"}]}])
    await stage.create("sales", sink.url)
    await stage.during(stage.call("GET", "/instance/connect/sales"))
    await stage.pass_time(3)
    before = len(stage.emitted())

    await stage.pass_time(15)

    after = stage.emitted()[before:]
    assert sorted({*after}) == ["connection.update connecting", "connection.update open"]
    assert len(after) == 36


async def test_rules_are_exchanged_while_all_goes_on(stage: Stage, sink: Sink) -> None:
    """Rules come and go, the instances stay, and what is told is what a file would say."""
    await stage.create("sales", sink.url)
    put = await stage.control.exchange_faults([{"fault": "drop", "probability": 0.5}])

    assert put == await stage.control.faults()
    assert World.from_mapping({"faults": put}).faults[0].probability == 0.5
    assert await stage.control.remove_faults() == []
    assert (await stage.control.world())["faults"] == []
    assert list(stage.fake.engine.instances) == ["sales"]


async def test_another_server_needs_a_reset(stage: Stage) -> None:
    """A world with another version cannot be entered by a server that runs."""
    with pytest.raises(ControlError, match=r"world\.profile is '2\.3\.7'.*or POST /reset") as refusal:
        await stage.control.exchange_world({"profile": "2.3.7"})

    assert refusal.value.status == 409
