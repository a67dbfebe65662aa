"""What an event is, and the three spellings of its name."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

_INJECTED_NAMES_KEPT_MAX = 256
SHOWN_INSTEAD_OF_AN_IMAGE = "<png>"
_SHOWN_INSTEAD_OF_A_FILE = "<file>"

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

    def noted(self) -> Any:
        """The data as a journal shows it: of an image or a file only that there is one."""
        return _without(_without(self.data(), "qrcode", SHOWN_INSTEAD_OF_AN_IMAGE), "message", _SHOWN_INSTEAD_OF_A_FILE)

    def envelope(self) -> Mapping[str, Any]:
        """What the envelope holds before the event's name; nothing, but for a few."""
        return {}


def _without(data: Any, part: str, instead: str) -> Any:
    content = data.get(part) if isinstance(data, dict) else None
    if not isinstance(content, dict) or "base64" not in content:
        return data
    return {**data, part: {**content, "base64": instead}}


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
