"""A channel as a value: what a tenant configured, how its session stands, and what we wait for."""

from dataclasses import dataclass
from datetime import datetime

from channel_backend.patience import Deadlines
from channel_backend.standing import Standing


@dataclass(frozen=True, slots=True)
class Settings:
    """What the tenant chose for a channel; none of it touches the session."""

    name: str
    is_default: bool = False
    is_active: bool = True
    farewell_message: str | None = None
    wavoip: str | None = None
    chat_flow_id: int | None = None
    queue_id: int | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose an instance's webhooks are: no more of the channel than it takes to receive one."""

    channel_id: int
    tenant_id: int
    instance: str


@dataclass(frozen=True, slots=True)
class Channel:
    """One WhatsApp channel of one tenant.

    `instance` is the name of its Evolution instance, stored before Evolution hears it. `provider_present` says that
    Evolution may have that instance (set before it is created, cleared when it is known to be gone). `revision` grows
    with every write, so that a decision taken without a lock can be seen to be outdated. `opening` is the session that
    a process is bringing up in Evolution: if that process dies, another one finds it here.
    """

    id: int
    tenant_id: int
    instance: str
    settings: Settings
    standing: Standing
    created_at: datetime
    updated_at: datetime
    provider_present: bool = False
    revision: int = 0
    opening: int | None = None
    deadlines: Deadlines = Deadlines()
