"""Versions of the imitated server that this package knows, as values.

A profile is asked for a switch, never for its number: a switch says in neutral words what differs, and is read where
the difference lies. Only 2.3.6 was checked against recordings; the others were read in the public sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from math import inf

from fake_evolution.delivery.retry import RetryPolicy
from fake_evolution.domain.events import CONFIGURATION_NAMES
from fake_evolution.errors import ConfigError, unknown_name


class SocketDoor(StrEnum):
    """Who gets through the handshake of socket.io without a key."""

    OPEN = "open"  # everybody
    HOSTS = "hosts"  # clients from WEBSOCKET_ALLOWED_HOSTS
    HOSTS_OR_STAR = "hosts-or-star"  # those; `*` stands for everybody


class Statusless(StrEnum):
    """What becomes of a messages.update that WhatsApp sent without a status."""

    SENT = "sent"
    DROPPED = "dropped"
    ACKNOWLEDGED = "acknowledged"  # sent as SERVER_ACK


class Alternative(StrEnum):
    """What becomes of the phone number of a sender whom WhatsApp names by privacy id."""

    ABSENT = "absent"
    BESIDE = "beside"  # remoteJid keeps the privacy id, remoteJidAlt has the number
    INSTEAD = "instead"  # remoteJid has the number


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of the real server: what differs from the others, and whether it was recorded."""

    version: str
    user_agent: str
    whatsapp_web_version: str
    recorded: bool
    summary: str

    # configuration and routes
    event_names: tuple[str, ...] = CONFIGURATION_NAMES
    unknown_variables: tuple[str, ...] = ()  # whole names, or beginnings that end in *
    echoed_integrations: tuple[str, ...] = ("websocket", "rabbitmq", "nats", "sqs")  # in the answer of create
    row_relations: tuple[str, ...] = ("Chatwoot", "Proxy", "Rabbitmq", "Nats", "Sqs", "Websocket")
    tells_web_version: bool = True
    json_errors_name_the_line: bool = False
    socket_door: SocketDoor = SocketDoor.HOSTS
    metrics_refuses_addresses: bool = True

    # webhooks
    fixed_retry: RetryPolicy | None = None  # None: as the WEBHOOK_* variables say
    checks_webhook_urls: bool = False
    signs_jwt_key: bool = True

    # life of an instance
    boot_connects_closed: bool = True
    logout_waits: bool = False
    api_logout_ends_messages: bool = True

    # messages
    api_id_length: int = 22
    api_context: bool = True  # an API send carries the server's default context
    own_push_name: str | None = "Você"
    plain_message_trees: bool = True  # False: 64-bit numbers as texts, bytes as base64, enums as names
    alternative_number: Alternative = Alternative.BESIDE
    drops_repeated_messages: bool = True
    drops_repeated_statuses: bool = True
    statusless_update: Statusless = Statusless.DROPPED
    update_names_participant: bool = True  # False: always the remoteJid
    edited_for_every_protocol_message: bool = True
    emits_api_edits: bool = True
    history_tells_progress: bool = False
    delete_tells_status: bool = False
    reencodes_pictures: bool = True  # False: sent as they are
    file_name_decides_type: bool = True  # False: what the caller said wins
    reaction_is_one_emoji: bool = True  # False: anything with a sign that is no letter, digit or space
    unknown_group_stumbles: bool = False
    revokes_unstored: bool = True  # False: fails after it revoked
    edits_only_stored: bool = True  # False: anything, and failures are told in an array

    # reading
    rich_rows: bool = True  # find routes tell kinds, last messages and counts; False: bare rows
    contact_filters_work: bool = False  # findContacts looks at `id` and `pushName`
    meta_style_errors: bool = True  # /template tells errors in Meta's style
    makes_calls: bool = False  # False: a call is only said to be offered

    # groups
    tells_group_people: bool = True  # group-participants.update has participantsData
    reads_group_objects: bool = False  # also where WhatsApp names participants by objects, with a bad text for them

    # numbers
    bare_number_errors: bool = True  # whatsappNumbers answers 400 with the bare error, whatever went wrong
    accepts_privacy_ids: bool = True
    believes_known_numbers: bool = True  # a known number is not asked for again

    @property
    def order(self) -> tuple[int, ...]:
        """The version as numbers, which compare."""
        return version_order(self.version)

    def ignores(self, variable: str) -> bool:
        """Whether this version does not know an environment variable yet."""
        return any(
            variable.startswith(unknown[:-1]) if unknown.endswith("*") else variable == unknown
            for unknown in self.unknown_variables
        )


@cache
def version_order(version: str) -> tuple[int, ...]:
    """`2.3.10` → (2, 3, 10); nothing comes before everything."""
    return tuple(int(part) for part in version.split(".") if part)


_RECORDED = Profile(
    version="2.3.6",
    user_agent="axios/1.12.2",
    whatsapp_web_version="2.3000.1027934701",
    recorded=True,
    summary="checked against recordings",
)
_LATER_NAMES = frozenset({"SEND_MESSAGE_UPDATE", "INSTANCE_CREATE", "INSTANCE_DELETE", "STATUS_INSTANCE"})
_OLDER = replace(
    _RECORDED,
    version="2.2.3",
    user_agent="axios/1.7.9",
    recorded=False,
    summary="fixed retries of 30 s, 27 event names, webhook addresses checked, socket.io open to all",
    event_names=tuple(name for name in CONFIGURATION_NAMES if name not in _LATER_NAMES),
    unknown_variables=(
        *("WEBHOOK_REQUEST_TIMEOUT_MS", "WEBHOOK_RETRY_*", "WEBHOOK_EVENTS_SEND_MESSAGE_UPDATE"),
        *("WEBSOCKET_ALLOWED_HOSTS", "PROMETHEUS_METRICS", "METRICS_*"),
    ),
    echoed_integrations=("websocket", "rabbitmq", "sqs"),
    row_relations=("Chatwoot", "Proxy", "Rabbitmq", "Sqs", "Websocket"),
    tells_web_version=False,
    socket_door=SocketDoor.OPEN,
    fixed_retry=RetryPolicy(
        timeout_s=inf, attempts_max=10, initial_s=30.0, exponential=False, jitter=0.0, final_statuses=frozenset()
    ),
    checks_webhook_urls=True,
    signs_jwt_key=False,
    api_logout_ends_messages=False,
    api_id_length=40,
    api_context=False,
    own_push_name=None,
    plain_message_trees=False,
    alternative_number=Alternative.ABSENT,
    drops_repeated_messages=False,
    drops_repeated_statuses=False,
    statusless_update=Statusless.SENT,
    update_names_participant=False,
    edited_for_every_protocol_message=False,
    emits_api_edits=False,
    reencodes_pictures=False,
    file_name_decides_type=False,
    reaction_is_one_emoji=False,
    unknown_group_stumbles=True,
    revokes_unstored=False,
    edits_only_stored=False,
    bare_number_errors=False,
    accepts_privacy_ids=False,
    tells_group_people=False,
    rich_rows=False,
    meta_style_errors=False,
    makes_calls=True,
    believes_known_numbers=False,
)
_NEWER = replace(
    _RECORDED,
    version="2.3.7",
    reads_group_objects=True,
    contact_filters_work=True,
    user_agent="axios/1.13.2",
    recorded=False,
    summary="logout is awaited, closed instances stay closed at boot, messages go on after an API logout",
    json_errors_name_the_line=True,
    socket_door=SocketDoor.HOSTS_OR_STAR,
    metrics_refuses_addresses=False,
    boot_connects_closed=False,
    logout_waits=True,
    api_logout_ends_messages=False,
    alternative_number=Alternative.INSTEAD,
    drops_repeated_messages=False,
    statusless_update=Statusless.ACKNOWLEDGED,
    history_tells_progress=True,
    delete_tells_status=True,
)

DEFAULT_PROFILE = _RECORDED.version
PROFILES: Mapping[str, Profile] = {found.version: found for found in (_OLDER, _RECORDED, _NEWER)}


def profile(version: str) -> Profile:
    """The profile of this version; ConfigError lists the known ones."""
    if version not in PROFILES:
        raise ConfigError(unknown_name("profile", version, PROFILES))
    return PROFILES[version]
