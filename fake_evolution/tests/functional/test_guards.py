"""Tests of what stands before the routes: body parser, guards, unknown routes."""

from typing import Any

import pytest

from fake_evolution.tests.stage import Reply, Stage


def refusal(status: int, error: str, message: Any) -> Reply:
    """The error shape of the real server."""
    return Reply(status, {"status": status, "error": error, "response": {"message": message}})


UNAUTHORIZED = refusal(401, "Unauthorized", "Unauthorized")


async def test_unknown_instance_beats_a_missing_key(stage: Stage) -> None:
    """404 comes before 401 (Q15)."""
    answer = await stage.call("GET", "/instance/connectionState/nobody", key=None)

    assert answer == refusal(404, "Not Found", ['The "nobody" instance does not exist'])


async def test_taken_name_beats_a_missing_key(stage: Stage) -> None:
    """403 for a name that exists comes before 401."""
    await stage.create("sales")

    taken = await stage.call("POST", "/instance/create", {"instanceName": "sales"}, key=None)
    free = await stage.call("POST", "/instance/create", {"instanceName": "support"}, key=None)

    assert taken == refusal(403, "Forbidden", ['This name "sales" is already in use.'])
    assert free == UNAUTHORIZED


async def test_malformed_json_beats_everything(stage: Stage) -> None:
    """The body is read before any guard looks, also on a route that does not exist."""
    expected = refusal(400, "Internal Server Error", "Expected double-quoted property name in JSON at position 21")

    for path in ("/instance/create", "/message/sendText/nobody", "/no/such/route"):
        assert await stage.call("POST", path, key=None, raw=b'{"instanceName": "a",}') == expected


@pytest.mark.parametrize("key", [None, "", "wrong", "TEST-KEY", "test-key2"])
async def test_key_must_be_exact(stage: Stage, key: str | None) -> None:
    """A missing, wrong or differently written key is 401 with a text (Q6)."""
    await stage.create("sales")

    assert await stage.call("GET", "/instance/connectionState/sales", key=key) == UNAUTHORIZED
    assert await stage.call("GET", "/instance/fetchInstances", key=key) == UNAUTHORIZED


async def test_token_opens_its_own_instance_only(stage: Stage) -> None:
    """An instance token is a key for that instance, and never for create."""
    await stage.create("sales", token="TOKEN-1")
    await stage.create("support", token="TOKEN-2")

    statuses = [
        (await stage.call("GET", f"/instance/connectionState/{name}", key="TOKEN-1")).status
        for name in ("sales", "support")
    ]
    created = await stage.call("POST", "/instance/create", {"instanceName": "x"}, key="TOKEN-1")

    assert (statuses, created) == ([200, 401], UNAUTHORIZED)


async def test_token_lists_its_own_rows_only(stage: Stage) -> None:
    """A token lists its own instance; asking for another name is 401."""
    await stage.create("sales", token="TOKEN-1")
    await stage.create("support", token="TOKEN-2")

    rows = await stage.call("GET", "/instance/fetchInstances", key="TOKEN-1")
    other = await stage.call("GET", "/instance/fetchInstances?instanceName=support", key="TOKEN-1")

    assert [row["name"] for row in rows.body] == ["sales"]
    assert other == UNAUTHORIZED


async def test_query_string_redirects_a_call(stage: Stage) -> None:
    """A call that is authorised for one instance answers for the one in its query (Q16)."""
    await stage.create("sales", token="TOKEN-1")
    await stage.open("support")

    answer = await stage.call("GET", "/instance/connectionState/sales?instanceName=support", key="TOKEN-1")

    assert answer.body == {"instance": {"instanceName": "support", "state": "open"}}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/no/such/route?a=1"),
        ("PUT", "/instance/restart/sales"),
        ("GET", "/instance/create"),
        ("POST", "/"),
        ("GET", "/instance/connect/"),
    ],
)
async def test_unknown_route_names_method_and_address(stage: Stage, method: str, path: str) -> None:
    """What is not registered is the 404 of the real server, with the query in it; restart is POST only."""
    await stage.create("sales")

    assert await stage.call(method, path) == refusal(404, "Not Found", [f"Cannot {method} {path}"])


async def test_body_over_the_limit_is_refused() -> None:
    """A body that is too long is not read to its end: 413 in the words of the body parser."""
    async with Stage(body_bytes_max=1000) as stage:
        answer = await stage.call("POST", "/instance/create", {"instanceName": "x" * 2000})

        assert answer == refusal(413, "Internal Server Error", "request entity too large")


async def test_welcome_needs_no_key(stage: Stage) -> None:
    """GET / tells version and addresses to anybody."""
    answer = await stage.call("GET", "/", key=None)

    host = stage.fake.url.removeprefix("http://")
    assert answer.status == 200
    assert answer.body == {
        "status": 200,
        "message": "Welcome to the Evolution API, it is working!",
        "version": "2.3.6",
        "clientName": "evolution_exchange",
        "manager": f"http://{host}/manager",
        "documentation": "https://doc.evolution-api.com",
        "whatsappWebVersion": stage.fake.engine.profile.whatsapp_web_version,
    }


async def test_forms_are_bodies_too(stage: Stage) -> None:
    """A urlencoded body counts; any other kind of body counts as empty."""
    url = f"{stage.fake.url}/instance/create"
    fields = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS"}

    text = {"apikey": "test-key", "content-type": "text/plain"}
    async with stage.session.post(url, data=b"a text", headers=text) as ignored:
        statuses = [ignored.status]
    async with stage.session.post(url, data=fields, headers={"apikey": "test-key"}) as form:
        statuses.append(form.status)

    assert statuses == [400, 201]
    assert [found["name"] for found in await stage.control.instances()] == ["sales"]
