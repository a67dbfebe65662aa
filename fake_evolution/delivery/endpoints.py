"""Who gets an event, at which address, with which headers and body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import orjson

from fake_evolution.domain.events import Event, configuration_name, url_suffix
from fake_evolution.domain.settings import EventRow, WebhookRow
from fake_evolution.plan import Webhook
from fake_evolution.server_settings import ServerSettings

_JWT_LIFE_S = 600
_HEADERS_KEPT_MAX = 4096
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Emission:
    """An event at the moment it is emitted: what the envelope is made of."""

    event: Event
    instance: str
    token: str
    sender: str | None
    webhook: WebhookRow | None
    at: datetime  # UTC
    websocket: EventRow | None = None


def webhooks(emission: Emission, settings: ServerSettings) -> tuple[tuple[str, Webhook], ...]:
    """The webhooks of one event, in the order in which they are sent: the instance's own, then the global one."""
    found: list[tuple[str, Webhook]] = []
    row = emission.webhook
    if row is not None and row.wants(emission.event.NAME, any_address=settings.profile.checks_webhook_urls):
        found.append(("instance", _instance_webhook(emission, row, settings)))
    if settings.webhook_global_enabled and settings.sends_globally(configuration_name(emission.event.NAME)):
        found.append(("global", _global_webhook(emission, settings)))
    return tuple(found)


def _instance_webhook(emission: Emission, row: WebhookRow, settings: ServerSettings) -> Webhook:
    url = f"{row.url}/{url_suffix(emission.event.NAME)}" if row.by_events else row.url
    return Webhook(url, _headers(emission, row, settings), _body(emission, row.url, settings))


def _global_webhook(emission: Emission, settings: ServerSettings) -> Webhook:
    suffixed = f"{settings.webhook_global_url}/{url_suffix(emission.event.NAME)}"
    url = suffixed if settings.webhook_global_by_events else settings.webhook_global_url
    own_url = emission.webhook.url if emission.webhook is not None and emission.webhook.enabled else suffixed
    return Webhook(url, base_headers(settings), _body(emission, own_url, settings))


def base_headers(settings: ServerSettings) -> MappingProxyType[str, str]:
    """What the real server's HTTP client sends of itself."""
    return _base_headers(settings.profile.user_agent)


@lru_cache(maxsize=_HEADERS_KEPT_MAX)
def _base_headers(user_agent: str) -> MappingProxyType[str, str]:
    headers = {
        "accept": "application/json, text/plain, */*",
        "content-type": "application/json",
        "user-agent": user_agent,
        "accept-encoding": "gzip, compress, deflate, br",
        "connection": "keep-alive",
    }
    return MappingProxyType(headers)


def _headers(emission: Emission, row: WebhookRow, settings: ServerSettings) -> Mapping[str, str]:
    """The same unchangeable mapping for the same row where it can be: what follows recognises it."""
    signs = settings.profile.signs_jwt_key
    if not row.headers:
        return base_headers(settings)
    if signs and "jwt_key" in row.headers:
        return {**base_headers(settings), **_custom_headers(row.headers, emission.at, signs=signs)}
    return _fixed_headers(
        settings.profile.user_agent, signs, tuple((name, str(value)) for name, value in row.headers.items())
    )


@lru_cache(maxsize=_HEADERS_KEPT_MAX)
def _fixed_headers(user_agent: str, signs: bool, given: tuple[tuple[str, str], ...]) -> Mapping[str, str]:  # noqa: FBT001  a part of the key
    own = _custom_headers(dict(given), _NEVER, signs=signs)
    return MappingProxyType({**_base_headers(user_agent), **own})


def _custom_headers(headers: Mapping[str, Any], at: datetime, *, signs: bool) -> dict[str, str]:
    """The configured headers as they are, but `jwt_key` becomes a bearer token that it signs (not in old versions)."""
    sent = {name.lower(): str(value) for name, value in headers.items() if not signs or name != "jwt_key"}
    if signs and "jwt_key" in headers:
        from fake_evolution.delivery.signing import signed  # noqa: PLC0415  slow to load, and few need it

        issued = int(at.timestamp())
        claims = {"iat": issued, "exp": issued + _JWT_LIFE_S, "app": "evolution", "action": "webhook"}
        sent["authorization"] = f"Bearer {signed(claims, str(headers['jwt_key']))}"
    return sent


def _body(emission: Emission, destination: str, settings: ServerSettings) -> bytes:
    envelope = {
        **emission.event.envelope(),
        "event": emission.event.NAME,
        "instance": emission.instance,
        "data": emission.event.data(),
        "destination": destination,
        "date_time": settings.local_time(emission.at),
        **_sender(emission),
        "server_url": settings.server_url,
        "apikey": emission.token if settings.expose_token else None,
    }
    return orjson.dumps(envelope)


def told(emission: Emission, settings: ServerSettings) -> dict[str, Any]:
    """The event as a client of socket.io is told it: no destination, and another order."""
    return {
        **emission.event.envelope(),
        "event": emission.event.NAME,
        "instance": emission.instance,
        "data": emission.event.data(),
        "server_url": settings.server_url,
        "date_time": settings.local_time(emission.at),
        **_sender(emission),
        "apikey": emission.token if settings.expose_token else None,
    }


def _sender(emission: Emission) -> dict[str, str]:
    return {} if emission.sender is None else {"sender": emission.sender}
