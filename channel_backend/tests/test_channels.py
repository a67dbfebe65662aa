"""The channel routes: shapes, validation, limits, and tenants that never meet."""

import asyncio
from typing import Any

import pytest

from channel_backend.store.accounts import Profile

pytestmark = pytest.mark.stack

CHANNELS = "/api/whatsapp/whatsapp"
SESSIONS = "/api/whatsapp-sessions/whatsappsession"

SHORT = {
    *("id", "qrcode", "name", "status", "plugged", "isDefault", "tokenTelegram", "instagramUser", "type"),
    *("createdAt", "updatedAt", "number", "phone", "tenantId", "wabaBSP", "tokenAPI", "fbPageId"),
    *("farewellMessage", "chatFlowId", "wavoip", "queueId", "statusReason"),
}
FULL = SHORT | {
    *("session", "battery", "isActive", "isDeleted", "retries", "instagramKey", "fbObject", "tokenHook"),
    *("UrlWabaWebHook", "UrlMessengerWebHook"),
}


async def test_create_list_and_read_have_the_known_shapes(ana: Any) -> None:
    """Create and list show the full channel, read the short one."""
    _, created = await ana.call("POST", CHANNELS, {"name": "loja", "type": "whatsapp"})
    _, listed = await ana.call("GET", f"{CHANNELS}/")
    _, read = await ana.call("GET", f"{CHANNELS}/{created['id']}")

    assert (set(created), set(read), listed) == (FULL, SHORT, [created])
    assert (created["status"], created["qrcode"], created["isDefault"]) == ("DISCONNECTED", None, True)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "name: expected a text"),
        ({"name": None}, "name: Expected `str`"),
        ({"name": "ab"}, "name: expected 3 to 50 printable characters"),
        ({"name": "x" * 51}, "name: expected 3 to 50 printable characters"),
        ({"name": "a\x00b"}, "name: expected 3 to 50 printable characters"),
        ({"name": "loja", "type": "telegram"}, "type: Invalid enum value 'telegram'"),
        ({"name": "loja", "status": "qr_code"}, "status: Invalid enum value 'qr_code'"),
        ({"name": "loja", "status": "CONNECTED"}, "status: it is DISCONNECTED"),
        ({"name": "loja", "queueId": 2**70}, "queueId: "),
        ({"name": "loja", "farewellMessage": "\x00"}, "farewellMessage: expected at most"),
        ([], "body: Expected `object`, got `array`"),
    ],
)
async def test_a_wrong_channel_is_a_400_with_its_field(ana: Any, body: Any, path: str) -> None:
    """Every wrong body is refused by name of the field."""
    status, reply = await ana.call("POST", CHANNELS, body)

    assert (status, set(reply)) == (400, {"error"})
    assert reply["error"].startswith(path)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("text", "status"), [("abc", 400), ("0", 400), ("9" * 30, 400), ("-1", 400), ("999999999", 404)]
)
async def test_a_wrong_id_is_a_4xx(ana: Any, method: str, text: str, status: int) -> None:
    """What is no id is 400, what is nobody's id is 404."""
    got, _ = await ana.call(method, f"{CHANNELS}/{text}")

    assert got == status


async def test_settings_change_and_the_status_does_not(ana: Any) -> None:
    """A client changes what is its own; the status moves with the session only."""
    channel = await ana.new_channel()

    status, changed = await ana.call("PUT", f"{CHANNELS}/{channel}", {"name": "centro", "status": "DISCONNECTED"})
    refused, _ = await ana.call("PUT", f"{CHANNELS}/{channel}", {"status": "CONNECTED"})

    assert (status, changed["name"], refused) == (200, "centro", 400)


async def test_a_name_is_used_once_in_a_tenant(backend: Any, ana: Any, person_at: Any) -> None:
    """Two channels of one tenant have two names; another tenant may use the same."""
    bia = await person_at(backend)
    first, second = await ana.new_channel("loja"), await ana.new_channel("centro")

    created, _ = await ana.call("POST", CHANNELS, {"name": "loja"})
    renamed, _ = await ana.call("PUT", f"{CHANNELS}/{second}", {"name": "loja"})
    elsewhere, _ = await bia.call("POST", CHANNELS, {"name": "loja"})

    assert (created, renamed, elsewhere) == (409, 409, 200)
    assert (await ana.read(first))["name"] == "loja"


async def test_one_channel_of_a_tenant_is_the_default(ana: Any) -> None:
    """Making another channel the default takes it from the first."""
    first, second = await ana.new_channel("um."), await ana.new_channel("dois")

    await ana.call("PUT", f"{CHANNELS}/{second}", {"isDefault": True})

    assert [(await ana.read(channel))["isDefault"] for channel in (first, second)] == [False, True]


async def test_the_channel_limit_holds_under_parallel_creates(backend: Any, person_at: Any) -> None:
    """Ten requests at once for two places: two channels."""
    ana = await person_at(backend, limit=2)

    replies = await asyncio.gather(*(ana.call("POST", CHANNELS, {"name": f"loja {n}"}) for n in range(10)))

    assert sorted(status for status, _ in replies) == [200] * 2 + [400] * 8
    assert {reply["error"] for status, reply in replies if status == 400} == {"ERR_NO_PERMISSION_CONNECTIONS_LIMIT"}


async def test_tenants_do_not_see_or_touch_each_other(backend: Any, ana: Any, person_at: Any, double: Any) -> None:
    """Another tenant's channel does not exist, for any route, and Evolution hears nothing."""
    bia = await person_at(backend)
    channel = await ana.new_channel()
    routes = [(method, f"{CHANNELS}/{channel}") for method in ("GET", "PUT", "DELETE")]
    routes += [(method, f"{SESSIONS}/{channel}") for method in ("POST", "PUT", "DELETE")]

    statuses = [(await bia.call(method, path))[0] for method, path in routes]

    assert (statuses, double.calls) == ([404] * 6, [])
    assert (await bia.call("GET", CHANNELS))[1] == []


async def test_a_plain_user_may_look_and_not_touch(backend: Any, ana: Any, person_at: Any) -> None:
    """The profile `user` reads channels; changing them needs more."""
    joe = await person_at(backend, profile=Profile.USER, tenant_id=ana.tenant_id)
    channel = await ana.new_channel()
    touches = [("POST", CHANNELS), ("PUT", f"{CHANNELS}/{channel}"), ("DELETE", f"{CHANNELS}/{channel}")]
    touches += [(method, f"{SESSIONS}/{channel}") for method in ("POST", "PUT", "DELETE")]

    looked, _ = await joe.call("GET", f"{CHANNELS}/{channel}")
    touched = [(await joe.call(method, path, {"name": "loja"}))[0] for method, path in touches]

    assert (looked, touched) == (200, [403] * 6)


async def test_a_start_needs_an_id(ana: Any) -> None:
    """The spelling without an id in the path says what is missing."""
    status, reply = await ana.call("POST", "/api/whatsapp-sessions", {})

    assert (status, reply["error"]) == (400, "MISSING_WHATSAPP_ID")


async def test_an_inactive_tenant_changes_nothing(backend: Any, ana: Any, person_at: Any) -> None:
    """A tenant that is switched off keeps its channels and starts none."""
    root = await person_at(backend, profile=Profile.SUPER)
    channel = await ana.new_channel()
    await root.call("PUT", f"/api/admin/tenantsUpdate/{ana.tenant_id}", {"status": "inactive"})

    started, _ = await ana.call("POST", f"{SESSIONS}/{channel}")
    created, _ = await ana.call("POST", CHANNELS, {"name": "outra"})

    assert (started, created, (await ana.read(channel))["status"]) == (403, 403, "DISCONNECTED")


async def test_an_unknown_route_is_json_too(ana: Any) -> None:
    """Also what does not exist is told in the one error shape."""
    signup, reply = await ana.call("POST", "/api/auth/signup", {"profile": "super"})

    assert (signup, reply) == (404, {"error": "Not Found"})


async def test_the_status_contract_is_published(ana: Any) -> None:
    """Clients can ask for the words and the moves."""
    status, contract = await ana.call("GET", "/api/channel-status")

    assert status == 200
    assert contract["transitions"]["DISCONNECTED"] == ["CONNECTED", "CONNECTING"]
