"""What is configured for one instance: its settings and its webhook row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_evolution.domain.addresses import has_http_prefix
from fake_evolution.domain.events import configuration_name


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings row, with the names of the API."""

    rejectCall: bool = False  # noqa: N815  the API's own spelling
    msgCall: str = ""  # noqa: N815
    groupsIgnore: bool = False  # noqa: N815
    alwaysOnline: bool = False  # noqa: N815
    readMessages: bool = False  # noqa: N815
    readStatus: bool = False  # noqa: N815
    syncFullHistory: bool = False  # noqa: N815
    wavoipToken: str = ""  # noqa: N815

    def answer(self) -> dict[str, Any]:
        """As create, settings/find and fetchInstances tell it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class EventRow:
    """Which events of an instance socket.io tells, as the database has it."""

    row_id: str
    enabled: bool
    events: tuple[str, ...]
    created_at: str
    updated_at: str
    instance_id: str

    def answer(self) -> dict[str, Any]:
        """As set, find and fetchInstances tell it."""
        return {
            "id": self.row_id,
            "enabled": self.enabled,
            "events": list(self.events),
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "instanceId": self.instance_id,
        }


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """The webhook of an instance as the database has it; `headers` None means never given."""

    row_id: str
    url: str
    enabled: bool
    events: tuple[Any, ...]
    headers: Mapping[str, Any] | None
    by_events: bool
    base64: bool
    created_at: str
    updated_at: str
    instance_id: str

    def answer(self) -> dict[str, Any]:
        """As webhook/set and webhook/find tell it."""
        return {
            "id": self.row_id,
            "url": self.url,
            "headers": None if self.headers is None else dict(self.headers),
            "enabled": self.enabled,
            "events": list(self.events),
            "webhookByEvents": self.by_events,
            "webhookBase64": self.base64,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "instanceId": self.instance_id,
        }

    def wants(self, event: str, *, any_address: bool = False) -> bool:
        """Whether a delivery of this event goes out: enabled, listed, and to an http address (lower case).

        With `any_address` every address is tried: it was checked when it was set.
        """
        listed = configuration_name(event) in self.events
        return self.enabled and listed and (any_address or has_http_prefix(self.url))


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """The proxy of an instance as the database has it."""

    row_id: str
    enabled: bool
    host: str
    port: str
    protocol: str
    username: str | None
    password: str | None
    created_at: str
    updated_at: str
    instance_id: str

    def answer(self) -> dict[str, Any]:
        """As proxy/find and fetchInstances tell it."""
        return {
            "id": self.row_id,
            "enabled": self.enabled,
            "host": self.host,
            "port": self.port,
            "protocol": self.protocol,
            "username": self.username,
            "password": self.password,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "instanceId": self.instance_id,
        }
