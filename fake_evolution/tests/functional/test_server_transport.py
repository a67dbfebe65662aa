"""Tests of what stands around every answer: CORS, tags, compression, HEAD, metrics, and the error webhook."""

from typing import Any

import aiohttp
import pytest

from fake_evolution import World
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import KEY, Stage

PAGE = "https://desk.example"
METRICS = {"PROMETHEUS_METRICS": "true", "METRICS_AUTH_REQUIRED": "true"}


async def answered(stage: Stage, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case and octets of an answer, as they came over the wire."""
    url = f"{stage.fake.url}{path}"
    async with stage.session.request(method, url, headers={"apikey": KEY, **headers}) as answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, await answer.read()


async def test_every_answer_says_express(stage: Stage) -> None:
    """Known routes, refusals and unknown routes alike; the control API is no part of it."""
    known = await answered(stage, "GET", "/")
    unknown = await answered(stage, "GET", "/nowhere")
    control = await answered(stage, "GET", "/__fake__/health")

    named = [found[1].get("x-powered-by") for found in (known, unknown, control)]
    assert named == ["Express", "Express", None]
    assert known[1]["content-type"] == "application/json; charset=utf-8"


async def test_preflight_is_answered_for_any_path(stage: Stage) -> None:
    """204 without a body; the caller's origin and headers are echoed, no key is asked for."""
    asked = {"origin": PAGE, "access-control-request-headers": "apikey,content-type"}

    status, headers, body = await answered(stage, "OPTIONS", "/instance/fetchInstances", **asked)

    assert (status, body) == (204, b"")
    assert headers["access-control-allow-origin"] == PAGE
    assert headers["access-control-allow-methods"] == "GET,POST,PUT,DELETE"
    assert headers["access-control-allow-headers"] == "apikey,content-type"
    assert headers["access-control-allow-credentials"] == "true"


async def test_listed_origins_only() -> None:
    """With CORS_ORIGIN set, other pages get a 500, as the real server throws at them."""
    async with Stage(world=World(server={"CORS_ORIGIN": f"{PAGE},https://other.example"})) as stage:
        mine = await answered(stage, "GET", "/", origin=PAGE)
        foreign = await stage.session.get(stage.fake.url, headers={"origin": "https://evil.example"})

        assert (mine[0], mine[1]["access-control-allow-origin"]) == (200, PAGE)
        assert foreign.status == 500
        assert (await foreign.json())["response"]["message"] == "Not allowed by CORS"


async def test_head_is_get_without_a_body(stage: Stage) -> None:
    """The same length and tag."""
    got = await answered(stage, "GET", "/")

    status, headers, body = await answered(stage, "HEAD", "/")

    assert (status, body) == (200, b"")
    assert [headers[name] for name in ("content-length", "etag")] == [str(len(got[2])), got[1]["etag"]]


async def test_known_answer_is_not_sent_again(stage: Stage) -> None:
    """Who names the tag gets a 304."""
    tag = (await answered(stage, "GET", "/"))[1]["etag"]

    status, headers, body = await answered(stage, "GET", "/", **{"if-none-match": tag})

    assert (status, headers["etag"], body) == (304, tag, b"")


@pytest.mark.parametrize(("accepts", "encoding"), [("gzip, br", "gzip"), ("identity", None)])
async def test_large_answers_are_compressed_when_asked(stage: Stage, accepts: str, encoding: str | None) -> None:
    """A QR object is large enough; it reads the same."""
    await stage.create("sales", qrcode=True)

    async with stage.session.get(
        f"{stage.fake.url}/instance/connect/sales", headers={"apikey": KEY, "accept-encoding": accepts}
    ) as answer:
        assert answer.headers.get("content-encoding") == encoding
        assert (await answer.json())["count"] == 1


async def test_credentials_are_the_global_key(stage: Stage) -> None:
    """An instance's token is not enough."""
    token = (await stage.create("sales")).body["hash"]

    right = await stage.call("POST", "/verify-creds")
    wrong = await stage.call("POST", "/verify-creds", key=token)

    assert (right.status, right.body) == (200, {"status": 200, "message": "Credentials are valid"})
    assert wrong.status == 401


async def metrics(server: dict[str, str], profile: str = "2.3.6", **request: Any) -> tuple[int, str]:
    """Status and text of /metrics of a server with one open instance."""
    async with Stage(world=World(profile=profile, server=server)) as stage:
        await stage.open("sales")
        async with stage.session.get(f"{stage.fake.url}/metrics", **request) as answer:
            return answer.status, await answer.text()


async def test_metrics_tell_every_instance() -> None:
    """Version, number of instances, and each one's state in memory."""
    status, text = await metrics({"PROMETHEUS_METRICS": "true", "DATABASE_CONNECTION_CLIENT_NAME": ""})

    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert (status, samples) == (
        200,
        [
            'evolution_environment_info{version="2.3.6",clientName="",serverUrl="http://localhost:8080"} 1',
            "evolution_instances_total 1",
            'evolution_instance_up{instance="sales",integration="WHATSAPP-BAILEYS"} 1',
            'evolution_instance_state{instance="sales",integration="WHATSAPP-BAILEYS",state="open"} 1',
        ],
    )


@pytest.mark.parametrize(
    ("server", "profile", "status"),
    [
        ({}, "2.3.6", 404),
        ({"PROMETHEUS_METRICS": "true"}, "2.2.3", 404),
        ({"PROMETHEUS_METRICS": "true", "METRICS_ALLOWED_IPS": "10.0.0.1"}, "2.3.6", 403),
        ({"PROMETHEUS_METRICS": "true", "METRICS_ALLOWED_IPS": "10.0.0.1"}, "2.3.7", 200),
        (METRICS, "2.3.6", 500),
        ({**METRICS, "METRICS_USER": "ana", "METRICS_PASSWORD": "lima"}, "2.3.6", 401),
    ],
)
async def test_metrics_may_be_closed(server: dict[str, str], profile: str, status: int) -> None:
    """Off, not there yet, for other addresses, without a configured user, or without credentials."""
    assert (await metrics(server, profile))[0] == status


@pytest.mark.parametrize(("password", "status"), [("lima", 200), ("wrong", 401)])
async def test_metrics_ask_for_user_and_password(password: str, status: int) -> None:
    """Basic authentication, where it is required."""
    server = {**METRICS, "METRICS_USER": "ana", "METRICS_PASSWORD": "lima"}

    assert (await metrics(server, headers={"authorization": aiohttp.encode_basic_auth("ana", password)}))[0] == status


async def test_place_of_the_web_interface(stage: Stage) -> None:
    """A page that says that it is not imitated; assets are not there, and nobody gets out of their folder."""
    page = await answered(stage, "GET", "/manager")
    asset = await answered(stage, "GET", "/assets/index.js")
    outside = await answered(stage, "GET", "/assets/%2e%2e%2fpackage.json")

    assert [found[0] for found in (page, asset, outside)] == [200, 404, 403]
    assert (asset[2], outside[2]) == (b"File not found", b"Forbidden")


@pytest.mark.parametrize(("path", "status"), [("/manager/a%0Ab", 200), ("/assets/a%0A", 404)])
async def test_place_of_the_web_interface_has_every_path(stage: Stage, path: str, status: int) -> None:
    """Also one with a line break in it, which a dot does not stand for."""
    found, headers, _ = await answered(stage, "GET", path)

    assert (found, headers["content-type"]) == (status, "text/html; charset=utf-8")


async def test_web_interface_can_be_switched_off() -> None:
    """Then the welcome does not name it either."""
    async with Stage(world=World(server={"SERVER_DISABLE_MANAGER": "true"})) as stage:
        assert (await answered(stage, "GET", "/manager"))[0] == 404
        assert "manager" not in (await stage.call("GET", "/")).body


async def test_errors_are_posted_once(sink: Sink) -> None:
    """Every refusal, with the global key in it, and no retry; an unknown route is no error."""
    sink.answers = [500]
    server = {"WEBHOOK_EVENTS_ERRORS": "true", "WEBHOOK_EVENTS_ERRORS_WEBHOOK": sink.url}
    async with Stage(world=World(server=server)) as stage:
        await stage.call("GET", "/nowhere")
        refused = await stage.call("GET", "/instance/connectionState/nobody")
        posted = (await sink.count(1))[0].body
        await stage.pass_time(400)

    message = refused.body["response"]["message"]
    told = {"error": "Not Found", "message": message, "status": 404, "response": {"message": message}}
    assert list(posted) == ["event", "data", "date_time", "api_key", "server_url"]
    assert (posted["event"], posted["data"], posted["api_key"]) == ("error", told, KEY)
    assert len(sink.received) == 1
