"""What Evolution is asked to post to us, and the two headers by which we know it again."""

from dataclasses import dataclass
from typing import Final

SESSION_HEADER: Final = "X-Channel-Session"
KEY_HEADER: Final = "jwt_key"

# Not LOGOUT_INSTANCE nor REMOVE_INSTANCE: Evolution holds its clean-up until those two are delivered, so that a
# failing receiver keeps a removed instance alive for twenty minutes, or wipes the pairing that came after. The close
# they stand for comes as a connection update anyway. They are understood when a server sends them all the same.
EVENTS: Final = (
    *("CONNECTION_UPDATE", "QRCODE_UPDATED"),
    *("MESSAGES_UPSERT", "SEND_MESSAGE", "MESSAGES_UPDATE"),
    *("MESSAGES_EDITED", "SEND_MESSAGE_UPDATE", "MESSAGES_DELETE"),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """The webhook of one session of one instance."""

    url: str
    key: str
    session: int

    def as_created(self) -> dict[str, object]:
        """The webhook inside `POST /instance/create`."""
        return {
            "enabled": True,
            "url": self.url,
            "byEvents": False,
            "base64": True,
            "headers": {KEY_HEADER: self.key, SESSION_HEADER: str(self.session)},
            "events": list(EVENTS),
        }

    def as_set(self) -> dict[str, object]:
        """The webhook inside `POST /webhook/set`, which wants the same and refuses it without `enabled`."""
        return self.as_created()


def create_body(instance: str, subscription: Subscription) -> dict[str, object]:
    """The body of `POST /instance/create`: a fresh instance that connects at once and tells us."""
    return {
        "instanceName": instance,
        "integration": "WHATSAPP-BAILEYS",
        "qrcode": True,
        "webhook": subscription.as_created(),
    }


def delete_path(instance: str) -> str:
    """The path of the call that logs an instance out and removes it."""
    return f"instance/delete/{instance}"
