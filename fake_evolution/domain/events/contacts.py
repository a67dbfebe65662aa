"""contacts.upsert and contacts.update: one contact of a message, or a list of WhatsApp's contact sync."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as events tell it; a push name of None is left out."""

    jid: str
    push_name: str | None
    picture_url: str | None
    instance_id: str

    def item(self) -> dict[str, Any]:
        """`{remoteJid, pushName?, profilePicUrl, instanceId}`."""
        name = {} if self.push_name is None else {"pushName": self.push_name}
        return {
            "remoteJid": self.jid,
            **name,
            "profilePicUrl": self.picture_url,
            "instanceId": self.instance_id,
        }


@dataclass(frozen=True, slots=True)
class ContactUpsert(Event):
    """The first message of somebody new."""

    NAME: ClassVar[str] = "contacts.upsert"
    contact: Contact

    def data(self) -> Any:
        """One object, not an array (Q18)."""
        return self.contact.item()


@dataclass(frozen=True, slots=True)
class ContactUpdate(Event):
    """A further message of somebody known."""

    NAME: ClassVar[str] = "contacts.update"
    contact: Contact

    def data(self) -> Any:
        """One object, not an array (Q18)."""
        return self.contact.item()


@dataclass(frozen=True, slots=True)
class ContactsUpsert(Event):
    """Contacts of WhatsApp's contact sync."""

    NAME: ClassVar[str] = "contacts.upsert"
    contacts: tuple[Contact, ...]

    def data(self) -> Any:
        """An array."""
        return [contact.item() for contact in self.contacts]


@dataclass(frozen=True, slots=True)
class ContactsUpdate(Event):
    """Contacts whose names or pictures became known."""

    NAME: ClassVar[str] = "contacts.update"
    contacts: tuple[Contact, ...]

    def data(self) -> Any:
        """An array."""
        return [contact.item() for contact in self.contacts]
