"""Tests of delivery: retries, redirects, and receivers that behave badly."""

import asyncio

import pytest

from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Stage


async def test_failed_webhook_comes_again_with_the_same_octets(stage: Stage, sink: Sink) -> None:
    """After a 500 nothing comes for five seconds, then within six the very same body; the second wait is doubled."""
    sink.answers = [500, 503]
    await stage.create("sales", sink.url)

    counts = []
    for seconds in (0, 4.99, 1.02, 6.9, 5.2):
        await stage.pass_time(seconds)
        counts.append(len(sink.received))

    assert counts == [1, 1, 2, 2, 3]
    assert len({one.raw for one in sink.received}) == 1
    assert [record["outcome"] for record in stage.records("attempt")] == ["fail", "fail", "ok"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_final_status_is_never_tried_again(stage: Stage, sink: Sink, status: int) -> None:
    """A 404 of a backend that does not know the channel yet loses the webhook for good."""
    sink.answers = [status]
    await stage.create("sales", sink.url)

    await stage.pass_time(3600)

    assert len(sink.received) == 1


async def test_delivery_is_given_up_after_ten_attempts(stage: Stage, sink: Sink) -> None:
    """A receiver that is down for half an hour loses the webhook after about twenty minutes."""
    sink.answers = [500] * 20
    await stage.create("sales", sink.url)

    await stage.pass_time(1800)

    sent_s = [record["sent_s"] for record in stage.records("attempt")]
    assert len(sent_s) == 10
    assert 15 * 60 < sent_s[-1] < 25 * 60


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_redirects_are_followed(stage: Stage, sink: Sink, status: int, method: str) -> None:
    """301 and 302 turn the POST into a GET without a body, 307 and 308 repeat it; the final 2xx counts."""
    sink.answers = [status]

    await stage.create("sales", sink.url)
    await stage.settle()

    first, second = sink.received
    assert (first.method, second.method, second.path) == ("POST", method, "/moved")
    assert second.raw == (first.raw if method == "POST" else b"")
    assert [record["outcome"] for record in stage.records("attempt")] == ["ok"]


@pytest.mark.parametrize(("redirects", "outcome"), [(21, "ok"), (22, "unknown")])
async def test_redirects_have_a_limit(stage: Stage, sink: Sink, redirects: int, outcome: str) -> None:
    """21 redirects in a row are followed, the 22nd is not."""
    sink.answers = [307] * redirects

    await stage.create("sales", sink.url)
    await stage.settle()

    assert [record["outcome"] for record in stage.records("attempt")] == [outcome]
    assert len(sink.received) == 22


async def test_refused_connection_is_tried_again(stage: Stage) -> None:
    """Where nobody listens the attempt fails for sure, and the next one waits as after a 500."""
    async with Sink() as gone:
        url = gone.url
    await stage.create("sales", url)

    await stage.pass_time(6)

    assert [record["outcome"] for record in stage.records("attempt")] == ["fail", "fail"]
    assert str(stage.records("attempt")[0]["error"]).startswith("not connected: ")


async def test_receiver_that_never_answers_is_let_go_after_the_timeout(sink: Sink) -> None:
    """The attempt is received and yet unknown: the webhook will come again."""
    sink.let_go.clear()
    async with Stage(server_env={"WEBHOOK_REQUEST_TIMEOUT_MS": "300"}) as stage:
        await stage.create("sales", sink.url)

        (attempt,) = await stage.control.journal(kind="attempt", wait_s=10)

        assert (attempt["outcome"], attempt["status"]) == ("unknown", None)
        assert attempt["error"] == "no answer within 0.3 s"
        assert len(sink.received) == 1


async def test_slow_receiver_does_not_hold_up_others(stage: Stage, sink: Sink) -> None:
    """While one webhook waits for its answer the next ones are sent."""
    sink.let_go.clear()
    creates = [asyncio.ensure_future(stage.create(name, sink.url)) for name in ("a", "b", "c")]

    received = await sink.count(3)
    sink.let_go.set()
    await asyncio.gather(*creates)

    assert sorted(one.body["instance"] for one in received) == ["a", "b", "c"]


@pytest.mark.parametrize("url", ["http://", "http://[", "http://exa mple.invalid:x/", "http://host:99999/"])
async def test_address_that_is_none_fails_and_harms_nobody(stage: Stage, url: str) -> None:
    """An address that cannot be posted to is a failed attempt of that webhook, not a fault of the fake."""
    await stage.create("sales", url)
    await stage.settle()

    (attempt,) = stage.records("attempt")
    assert attempt["outcome"] == "fail"


async def test_header_that_cannot_be_sent_fails_and_harms_nobody(stage: Stage, sink: Sink) -> None:
    """A configured header with a line break in it is a failed attempt."""
    hook = {"url": sink.url, "events": [], "headers": {"x-tenant": "a\r\nb"}}
    await stage.create("sales", webhook=hook)
    await stage.settle()

    (attempt,) = stage.records("attempt")
    assert (attempt["outcome"], str(attempt["error"])[:10]) == ("fail", "not sent: ")
    assert sink.received == []


async def test_global_webhook_waits_for_the_instances_own(sink: Sink) -> None:
    """The global one goes out only after the own one was delivered, retries included."""
    switches = {"WEBHOOK_GLOBAL_ENABLED": "true", "WEBHOOK_EVENTS_INSTANCE_CREATE": "true"}
    async with Stage(server_env={**switches, "WEBHOOK_GLOBAL_URL": f"{sink.url}/all"}) as stage:
        sink.answers = [500]
        await stage.create("sales", f"{sink.url}/own")
        await stage.settle()
        before = [one.path for one in sink.received]

        await stage.pass_time(6)

        assert (before, [one.path for one in sink.received]) == (["/own"], ["/own", "/own", "/all"])


async def test_by_events_and_custom_headers_reach_the_receiver(stage: Stage, sink: Sink) -> None:
    """Suffix, own headers and the imitated client's name are on the wire."""
    hook = {"url": f"{sink.url}/hook", "events": [], "byEvents": True, "headers": {"X-Tenant": "7", "jwt_key": "k"}}

    await stage.create("sales", webhook=hook)
    await stage.settle()

    (one,) = sink.received
    assert (one.method, one.path, one.headers["x-tenant"]) == ("POST", "/hook/instance-create", "7")
    assert one.headers["authorization"].startswith("Bearer ey")
    assert one.headers["user-agent"].startswith("axios/")
    assert one.headers["content-type"] == "application/json"


async def test_failing_receiver_keeps_a_deleted_instance_alive(stage: Stage, sink: Sink) -> None:
    """Delete says SUCCESS, but until remove.instance is delivered the name stays taken (Q11)."""
    hook = {"url": sink.url, "events": ["REMOVE_INSTANCE"]}
    await stage.create("sales", webhook=hook)
    sink.answers = [500]
    deleted = await stage.call("DELETE", "/instance/delete/sales")
    await stage.pass_time(1)
    meanwhile = await stage.create("sales")

    await stage.pass_time(6)

    assert (deleted.body["status"], meanwhile.status) == ("SUCCESS", 403)
    assert (await stage.create("sales")).status == 201


async def test_failing_logout_event_wipes_the_new_pairing(stage: Stage, sink: Sink) -> None:
    """The clean-up waits for logout.instance; paired again meanwhile, the new session loses its row (Q31)."""
    await stage.open("sales", sink.url)
    sink.answers = [500] * 3
    await stage.control.phone("sales", "unlink")
    await stage.pass_time(1)
    await stage.during(stage.call("GET", "/instance/connect/sales"))
    await stage.control.scan(instance="sales")
    await stage.pass_time(1)
    before = await stage.state("sales")

    await stage.pass_time(60)

    assert (before, await stage.state("sales")) == (("open", "open"), ("open", "close"))
