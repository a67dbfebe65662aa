"""What the server's database keeps of one instance's conversations: messages, their statuses, contacts, chats, labels.

A plain store without clock or dice: ids and moments are handed in. Rows leave it as values; the answers that show them
are made in `queries`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from fake_evolution.domain.messages import Message


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One stored message; its own `status` is the newest one that came for it."""

    row_id: str
    message: Message

    @property
    def jid(self) -> str:
        """The chat it belongs to."""
        return str(self.message.key["remoteJid"])


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One status that came for a stored message."""

    row_id: str
    message_row_id: str
    key_id: str
    jid: str
    from_me: bool
    status: str
    participant: str | None = None
    poll_updates: Any = None


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
    """A conversation; labels None means that none was ever put on it."""

    row_id: str
    jid: str
    name: str | None
    unread: int
    created_at: str
    updated_at: str
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label of the account."""

    label_id: str
    name: str
    color: str
    predefined_id: str | None = None


@dataclass(slots=True)
class Archive:
    """The rows of one instance. Keys: row id of the message, jid, jid, label id.

    It keeps `messages_max` messages; then the oldest hundredth makes room.
    """

    messages_max: int = 1_000_000
    messages: dict[str, MessageRow] = field(default_factory=dict)
    statuses: list[StatusRow] = field(default_factory=list)
    contacts: dict[str, ContactRow] = field(default_factory=dict)
    chats: dict[str, ChatRow] = field(default_factory=dict)
    labels: dict[str, LabelRow] = field(default_factory=dict)
    _row_ids: dict[str, str] = field(default_factory=dict)  # message id → its first row

    # --- messages ---------------------------------------------------------------------------------------------------

    def keep_message(self, row: MessageRow) -> bool:
        """Store a message; a second one of the same id gets a row of its own, as in the real database.

        Whether the oldest messages had to make room.
        """
        crowded = len(self.messages) >= self.messages_max
        if crowded:
            self._drop_oldest(max(1, self.messages_max // 100))
        self.messages[row.row_id] = row
        self._row_ids.setdefault(row.message.key["id"], row.row_id)
        return crowded

    def _drop_oldest(self, count: int) -> None:
        gone = set(islice(self.messages, count))
        self.messages = {row_id: row for row_id, row in self.messages.items() if row_id not in gone}
        self._row_ids = {message_id: row_id for message_id, row_id in self._row_ids.items() if row_id not in gone}
        self.statuses = [row for row in self.statuses if row.message_row_id not in gone]

    def message(self, message_id: str) -> MessageRow | None:
        """The stored message of this id (not row id)."""
        row_id = self._row_ids.get(message_id)
        return None if row_id is None else self.messages[row_id]

    def change_message(self, message_id: str, change: Callable[[Message], Message]) -> MessageRow | None:
        """The stored message after a change, or None when it is not stored."""
        found = self.message(message_id)
        if found is None:
            return None
        changed = replace(found, message=change(found.message))
        self.messages[found.row_id] = changed
        return changed

    def drop_message(self, message_id: str) -> MessageRow | None:
        """Remove a message and its statuses; the row that went, or None."""
        row_id = self._row_ids.pop(message_id, None)
        if row_id is None:
            return None
        self.statuses = [row for row in self.statuses if row.message_row_id != row_id]
        return self.messages.pop(row_id)

    def newest_first(self) -> Iterator[MessageRow]:
        """All messages by their timestamps, newest first; those of the same second as they were stored."""
        return iter(sorted(self.messages.values(), key=lambda row: -row.message.timestamp))

    def of_chat(self, jid: str) -> Iterator[MessageRow]:
        """The messages of one chat as they were stored."""
        return (row for row in self.messages.values() if row.jid == jid)

    # --- contacts and chats -----------------------------------------------------------------------------------------

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

    def mark_read(self, jid: str, *, until: int) -> int:
        """Count as read what came in to a chat up to a second; how many messages that were."""
        unread = [row for row in self.of_chat(jid) if _is_unread(row.message) and row.message.timestamp <= until]
        for row in unread:
            self.messages[row.row_id] = replace(row, message=replace(row.message, status="READ"))
        return len(unread)

    def count_unread(self, jid: str, *, at: str) -> None:
        """Bring the unread count of a stored chat up to date."""
        chat = self.chats.get(jid)
        unread = sum(
            row.message.status == "DELIVERY_ACK" and not row.message.key["fromMe"] for row in self.of_chat(jid)
        )
        if chat is not None and chat.unread != unread:
            self.chats[jid] = replace(chat, unread=unread, updated_at=at)


def _is_unread(message: Message) -> bool:
    return message.key.get("fromMe") is False and message.status in (None, "DELIVERY_ACK")
