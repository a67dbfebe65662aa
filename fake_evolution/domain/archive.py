"""What the server's database keeps of one instance's conversations: messages, contacts, chats and labels.

A plain store without clock or dice: ids and moments are handed in. Rows leave it as values; the answers that show them
are made where the routes are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from fake_evolution.domain.messages import Message


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One stored message, with the statuses that came for it, oldest first."""

    row_id: str
    message: Message
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Somebody the instance knows."""

    row_id: str
    jid: str
    push_name: str | None
    picture_url: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A conversation."""

    row_id: str
    jid: str
    name: str | None
    unread: int
    created_at: str
    updated_at: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label of the account."""

    label_id: str
    name: str
    color: str
    predefined_id: str | None = None


@dataclass(slots=True)
class Archive:
    """The rows of one instance. Keys: message id, jid, jid, label id."""

    messages: dict[str, MessageRow] = field(default_factory=dict)
    contacts: dict[str, ContactRow] = field(default_factory=dict)
    chats: dict[str, ChatRow] = field(default_factory=dict)
    labels: dict[str, LabelRow] = field(default_factory=dict)

    def keep_message(self, row: MessageRow) -> None:
        """Store a message; one of the same id is replaced."""
        self.messages[row.message.key["id"]] = row

    def change_message(self, message_id: str, change: Callable[[MessageRow], MessageRow]) -> MessageRow | None:
        """The stored message after a change, or None when it is not stored."""
        found = self.messages.get(message_id)
        if found is None:
            return None
        self.messages[message_id] = changed = change(found)
        return changed

    def newest_first(self) -> Iterator[MessageRow]:
        """All messages by their timestamps, newest first; of the same second the later stored one first."""
        rows = list(enumerate(self.messages.values()))
        rows.sort(key=lambda pair: (pair[1].message.timestamp, pair[0]), reverse=True)
        return (row for _, row in rows)

    def keep_contact(self, row: ContactRow) -> bool:
        """Store or update a contact by its jid; whether it is new. The first row id and creation time stay."""
        known = self.contacts.get(row.jid)
        if known is not None:
            row = replace(row, row_id=known.row_id, created_at=known.created_at)
        self.contacts[row.jid] = row
        return known is None

    def keep_chat(self, row: ChatRow) -> bool:
        """Store or update a chat by its jid; whether it is new. The first row id and creation time stay."""
        known = self.chats.get(row.jid)
        if known is not None:
            row = replace(row, row_id=known.row_id, created_at=known.created_at)
        self.chats[row.jid] = row
        return known is None
