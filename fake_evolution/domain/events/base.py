"""What an event is, and the three spellings of its name."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

_INJECTED_NAMES_KEPT_MAX = 256

# The `events` enum of webhook/set, in the order in which the server lists it; also what `[]` stands for.
CONFIGURATION_NAMES = (
    "APPLICATION_STARTUP",
    "QRCODE_UPDATED",
    "MESSAGES_SET",
    "MESSAGES_UPSERT",
    "MESSAGES_EDITED",
    "MESSAGES_UPDATE",
    "MESSAGES_DELETE",
    "SEND_MESSAGE",
    "SEND_MESSAGE_UPDATE",
    "CONTACTS_SET",
    "CONTACTS_UPSERT",
    "CONTACTS_UPDATE",
    "PRESENCE_UPDATE",
    "CHATS_SET",
    "CHATS_UPSERT",
    "CHATS_UPDATE",
    "CHATS_DELETE",
    "GROUPS_UPSERT",
    "GROUP_UPDATE",
    "GROUP_PARTICIPANTS_UPDATE",
    "CONNECTION_UPDATE",
    "LABELS_EDIT",
    "LABELS_ASSOCIATION",
    "CALL",
    "TYPEBOT_START",
    "TYPEBOT_CHANGE_STATUS",
    "REMOVE_INSTANCE",
    "LOGOUT_INSTANCE",
    "INSTANCE_CREATE",
    "INSTANCE_DELETE",
    "STATUS_INSTANCE",
)


class Event(ABC):
    """One thing that happened to an instance, as a webhook tells it."""

    __slots__ = ()
    NAME: ClassVar[str]

    @abstractmethod
    def data(self) -> Any:
        """The `data` of the webhook; keys that the real server leaves out are absent."""

    def envelope(self) -> Mapping[str, Any]:
        """What the envelope holds before the event's name; nothing, but for a few."""
        return {}


def any_event(name: str, payload: Any) -> Event:
    """An event of any name with a payload that is sent as it is, for people who inject one."""
    return _injected(name)(payload)


@lru_cache(maxsize=_INJECTED_NAMES_KEPT_MAX)
def _injected(name: str) -> Callable[[Any], Event]:
    """The class of events of this name, which people make as they like."""

    class Injected(Event):
        NAME = name
        __slots__ = ("_payload",)

        def __init__(self, payload: Any) -> None:
            self._payload = payload

        def data(self) -> Any:
            return self._payload

    return Injected


@lru_cache(maxsize=_INJECTED_NAMES_KEPT_MAX)
def configuration_name(event: str) -> str:
    """`group-participants.update` → `GROUP_PARTICIPANTS_UPDATE`, the spelling of webhook/set."""
    return event.replace(".", "_").replace("-", "_").upper()


def url_suffix(event: str) -> str:
    """`messages.upsert` → `messages-upsert`, the spelling in a byEvents URL."""
    return configuration_name(event).replace("_", "-").lower()
