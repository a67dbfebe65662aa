"""What a simulated person can do with a backend, and what it shows in return.

An adapter says what it saw and never what it means: statuses, bodies and errors are passed on verbatim, so
that judging them stays possible.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from scenarios.errors import ScenarioError
from scenarios.registry import Registry


class AdapterError(ScenarioError):
    """The backend cannot be driven at all: no tenant, no socket; the text has what it answered."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How somebody logs in: e-mail and password, or a token that he has already."""

    email: str
    password: str = field(repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """The limits of an adapter."""

    request_s_max: float = 20.0  # what a browser's client of such a backend waits for
    connect_s_max: float = 5.0
    connections_max: int = 2_000
    body_bytes_max: int = 64 * 1024 * 1024
    announcements_waiting_max: int = 10_000


@dataclass(frozen=True, slots=True)
class Tenant:
    """A customer of the backend, with somebody logged in."""

    id: str
    label: str
    credentials: Credentials | None = None
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Channel:
    """The backend's own record of a WhatsApp connection."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one answer or announcement showed of a channel, verbatim."""

    channel_id: str
    status: str | None
    qr_image: str | None
    number: str | None
    name: str | None
    body: object


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP error is an answer, too; status code 0 means none, and `error` says why."""

    status_code: int
    body: object
    duration_s: float
    error: str | None = None
    seen: Seen | None = None

    @property
    def ok(self) -> bool:
        """Whether the backend says that it did what was asked."""
        return 200 <= self.status_code < 300  # noqa: PLR2004  the meaning of HTTP's classes


@dataclass(frozen=True, slots=True)
class Announcement:
    """One socket event; `seen` and `channel_id` are empty when it is not about a channel of this tenant."""

    name: str
    action: str | None
    seen: Seen | None
    channel_id: str | None
    body: object


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message as a person reads it in a conversation, verbatim."""

    message_id: str | None
    ticket: str | None
    contact: str | None
    from_me: bool | None
    text: str | None
    ack: int | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class SeenUsage:
    """How many sessions the backend says a tenant uses, and how many it may."""

    sessions: int | None
    limit: int | None
    body: object


@runtime_checkable
class Conversations(Protocol):
    """An adapter whose backend shows the conversations of a channel and sends what a user answers."""

    async def messages(self, tenant: Tenant, channel: Channel) -> tuple[Answer, tuple[SeenMessage, ...]]:
        """Read every conversation of the channel; the first answer that is no success is the answer."""

    async def reply(self, tenant: Tenant, channel: Channel, contact: str, text: str) -> Answer:
        """Answer in the conversation with this contact."""


@runtime_checkable
class Usage(Protocol):
    """An adapter whose backend tells a tenant what it uses."""

    async def usage(self, tenant: Tenant) -> tuple[Answer, SeenUsage | None]:
        """What the tenant uses of its plan."""


@runtime_checkable
class Reconciling(Protocol):
    """An adapter whose backend can be told to compare its counters with its rows."""

    async def reconcile(self, tenant: Tenant | None) -> Answer:
        """Compare and correct, for one tenant or for all."""


class Adapter(Protocol):
    """Drives one kind of backend; hundreds of journeys share one, so it keeps no state about channels."""

    name: str

    async def provision(self, label: str, *, channels_max: int) -> Tenant:
        """A tenant of its own that may have so many channels; AdapterError when there is no way to one."""

    async def create_channel(self, tenant: Tenant, name: str) -> tuple[Answer, Channel | None]:
        """Make a channel; None when the backend did not."""

    async def start(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "connect"."""

    async def request_qr(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "new QR code"."""

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        """Look at one channel."""

    async def disconnect(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "disconnect"."""

    async def delete(self, tenant: Tenant, channel: Channel) -> Answer:
        """Delete the channel."""

    async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
        """Look at the page with all channels."""

    def events(self, tenant: Tenant) -> AbstractAsyncContextManager[AsyncIterator[Announcement]]:
        """Listen to the tenant's socket, from entering on; AdapterError when it cannot be opened."""

    async def metrics(self) -> str | None:
        """The backend's own metrics as it publishes them; None when it has none."""

    async def close(self) -> None:
        """Let go of every connection."""


AdapterFactory = Callable[[str, Credentials | None, AdapterSettings], Adapter]
adapters: Registry[AdapterFactory] = Registry("adapter", "scenarios.adapters", group="scenarios.adapters")


def open_adapter(
    name: str,
    *,
    url: str,
    credentials: Credentials | None = None,
    settings: AdapterSettings | None = None,
) -> Adapter:
    """The adapter of that name for the backend at `url`; nothing is sent before its first use."""
    return adapters.find(name)(url, credentials, settings or AdapterSettings())
