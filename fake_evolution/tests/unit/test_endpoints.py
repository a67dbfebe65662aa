"""Tests of who gets an event: addresses, headers, bodies."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jwt
import orjson

from fake_evolution.delivery.endpoints import Emission, base_headers, webhooks
from fake_evolution.domain.events.connection import ConnectionConnecting, LogoutInstance
from fake_evolution.domain.settings import WebhookRow
from fake_evolution.server_settings import ServerSettings

AT = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)
ROW = WebhookRow(
    row_id="cm1",
    url="http://backend.invalid/hook",
    enabled=True,
    events=("CONNECTION_UPDATE", "LOGOUT_INSTANCE"),
    headers=None,
    by_events=False,
    base64=False,
    created_at="",
    updated_at="",
    instance_id="id-1",
)
PLAIN = ServerSettings(server_url="http://evolution.invalid")
GLOBAL = replace(
    PLAIN,
    webhook_global_enabled=True,
    webhook_global_url="http://all.invalid/hook",
    webhook_global_events=frozenset({"CONNECTION_UPDATE", "LOGOUT_INSTANCE"}),
)


def emission(row: WebhookRow | None, **changes: Any) -> Emission:
    """`connecting` of the instance sales."""
    return replace(Emission(ConnectionConnecting("sales"), "sales", "TOKEN-1", None, row, AT), **changes)


def test_envelope_has_all_fields_in_order() -> None:
    """Without an account there is no sender; the token is null; date_time is local time with a false Z (Q2, Q5)."""
    settings = replace(PLAIN, zone="America/Sao_Paulo")

    ((endpoint, webhook),) = webhooks(emission(ROW), settings)

    assert (endpoint, webhook.url, webhook.headers) == ("instance", ROW.url, base_headers(settings))
    assert webhook.body == orjson.dumps(
        {
            "event": "connection.update",
            "instance": "sales",
            "data": {"instance": "sales", "state": "connecting", "statusReason": 200},
            "destination": "http://backend.invalid/hook",
            "date_time": "2026-01-02T00:04:05.678Z",
            "server_url": "http://evolution.invalid",
            "apikey": None,
        }
    )


def test_sender_and_exposed_token_stand_in_the_envelope() -> None:
    """Once an account is known it is named between date_time and server_url; an exposed token replaces null."""
    settings = replace(PLAIN, expose_token=True)

    ((_, webhook),) = webhooks(emission(ROW, sender="55@s.whatsapp.net"), settings)

    body = orjson.loads(webhook.body)
    assert (body["sender"], body["apikey"]) == ("55@s.whatsapp.net", "TOKEN-1")
    assert list(body) == ["event", "instance", "data", "destination", "date_time", "sender", "server_url", "apikey"]


def test_by_events_changes_the_address_and_not_the_destination() -> None:
    """The suffix is simply appended to the URL; `destination` stays without it."""
    row = replace(ROW, by_events=True, url="http://backend.invalid/hook/")

    ((_, webhook),) = webhooks(emission(row), PLAIN)

    assert webhook.url == "http://backend.invalid/hook//connection-update"
    assert orjson.loads(webhook.body)["destination"] == "http://backend.invalid/hook/"


def test_custom_headers_are_added_as_they_are() -> None:
    """Configured headers join the server's own and replace one of the same name, whatever its case."""
    row = replace(ROW, headers={"X-Tenant": 7, "Content-Type": "text/plain"})

    ((_, webhook),) = webhooks(emission(row), PLAIN)

    assert webhook.headers == base_headers(PLAIN) | {"x-tenant": "7", "content-type": "text/plain"}


def test_jwt_key_becomes_a_token_that_it_signs() -> None:
    """The key itself is not sent; the bearer token is HS256, lives ten minutes and has the server's claims."""
    row = replace(ROW, headers={"jwt_key": "a-key-of-more-than-thirty-two-octets"})

    ((_, webhook),) = webhooks(emission(row), PLAIN)

    token = webhook.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, str(row.headers and row.headers["jwt_key"]), ["HS256"], options={"verify_exp": False})
    assert "jwt_key" not in webhook.headers
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert claims == {"iat": 1767323045, "exp": 1767323645, "app": "evolution", "action": "webhook"}


def test_short_jwt_key_signs_too() -> None:
    """A key that a careful library would warn about is used all the same."""
    ((_, webhook),) = webhooks(emission(replace(ROW, headers={"jwt_key": "k"})), PLAIN)

    assert webhook.headers["authorization"].count(".") == 2


def test_nothing_goes_out_where_nothing_is_wanted() -> None:
    """No row, a disabled one, an event that is not listed, or an address that is not lower-case http: no webhook."""
    rows = [
        None,
        replace(ROW, enabled=False),
        replace(ROW, events=("QRCODE_UPDATED",)),
        replace(ROW, url="HTTP://backend.invalid"),
        replace(ROW, url=" http://backend.invalid"),
        replace(ROW, url="ftp://backend.invalid"),
        replace(ROW, url=""),
    ]

    assert [webhooks(emission(row), PLAIN) for row in rows] == [()] * len(rows)


def test_own_webhook_comes_before_the_global_one() -> None:
    """With both configured both get the event, the instance's first, and both name the instance's destination."""
    both = webhooks(emission(replace(ROW, headers={"x-tenant": "7"})), GLOBAL)

    assert [(endpoint, webhook.url) for endpoint, webhook in both] == [
        ("instance", "http://backend.invalid/hook"),
        ("global", "http://all.invalid/hook"),
    ]
    assert "x-tenant" not in both[1][1].headers
    assert orjson.loads(both[1][1].body)["destination"] == "http://backend.invalid/hook"


def test_global_destination_always_has_the_suffix() -> None:
    """Without an own URL the destination is the global one with the suffix, also when the request goes without."""
    ((_, plain),) = webhooks(emission(None), GLOBAL)
    ((_, suffixed),) = webhooks(emission(None), replace(GLOBAL, webhook_global_by_events=True))

    assert (plain.url, suffixed.url) == ("http://all.invalid/hook", "http://all.invalid/hook/connection-update")
    assert orjson.loads(plain.body)["destination"] == "http://all.invalid/hook/connection-update"
    assert plain.body == suffixed.body


def test_some_events_never_go_out_globally() -> None:
    """logout.instance has no global switch in the real server, so setting one changes nothing."""
    found = webhooks(emission(ROW, event=LogoutInstance()), GLOBAL)

    assert [endpoint for endpoint, _ in found] == ["instance"]
