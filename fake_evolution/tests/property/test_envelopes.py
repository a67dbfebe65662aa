"""Properties of webhook bodies: whatever the names are, the envelope can be read and is always the same octets."""

from datetime import UTC, datetime

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_evolution.delivery.endpoints import Emission, webhooks
from fake_evolution.domain.events import CONFIGURATION_NAMES
from fake_evolution.domain.events.connection import ConnectionConnecting
from fake_evolution.domain.settings import WebhookRow
from fake_evolution.server_settings import ServerSettings

names = st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable())
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive
zones = st.sampled_from(["UTC", "America/Sao_Paulo", "Asia/Kolkata"])


@settings(max_examples=100, deadline=None)
@given(names, names, moments, zones, st.booleans())
def test_envelope_is_read_back(name: str, token: str, at: datetime, zone: str, suffix: object) -> None:
    """Any instance name goes through the envelope unchanged, and the same emission gives the same octets."""
    row = WebhookRow("id", "http://x/hook", True, CONFIGURATION_NAMES, None, bool(suffix), False, "", "", "id-1")
    emission = Emission(ConnectionConnecting(name), name, token, None, row, at)
    server = ServerSettings(zone=zone, expose_token=True)

    ((_, webhook),) = webhooks(emission, server)

    body = orjson.loads(webhook.body)
    assert (body["instance"], body["data"]["instance"], body["apikey"]) == (name, name, token)
    assert body["destination"] == "http://x/hook"
    assert webhooks(emission, server) == (("instance", webhook),)
