"""What the find routes answer from an archive; each takes the body that was asked and gives the JSON value.

Bodies are past their schemas. What the real server does not look at (in `findContacts` the id and the push name, in a
key filter a false `fromMe`) is not looked at here either.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Any

from fake_evolution.domain.archive import Archive, ChatRow, ContactRow, MessageRow, StatusRow
from fake_evolution.domain.messages import jid_of, source_of
from fake_evolution.domain.wire import stored

_PAGE_SIZE = 50
_WINDOW = timedelta(hours=24)
_KEY_FILTERS = ("id", "fromMe", "remoteJid", "participant")
_SHOWN_OF_MEDIA = {
    "imageMessage": ("caption",),
    "videoMessage": ("caption",),
    "audioMessage": ("seconds",),
    "stickerMessage": (),
    "documentMessage": ("caption", "name"),
    "documentWithCaptionMessage": ("caption",),
}

Body = Mapping[str, Any]


# --- messages ---------------------------------------------------------------------------------------------------------


def find_messages(archive: Archive, body: Body, *, instance_id: str) -> dict[str, Any]:
    """POST /chat/findMessages: a page of messages, newest first."""
    where = body.get("where") or {}
    found = [row for row in archive.newest_first() if _matches(row, where)]
    size, page = body.get("offset") or _PAGE_SIZE, body.get("page") or 1
    records = [_found_message(archive, row, instance_id) for row in _page(found, size, page)]
    counted = {"total": len(found), "pages": ceil(len(found) / size), "currentPage": page}
    return {"messages": {**counted, "records": records}}


def _page(rows: list[Any], size: int, page: int) -> list[Any]:
    start = max(0, size * (page - 1))
    return rows[start : start + size]


def _matches(row: MessageRow, where: Mapping[str, Any]) -> bool:
    message, key = row.message, where.get("key") or {}
    if any(key.get(name) and message.key.get(name) != key[name] for name in _KEY_FILTERS):
        return False
    wanted = {"id": row.row_id, "messageType": message.kind, "source": source_of(message.key["id"])}
    if any(where.get(name) is not None and where[name] != found for name, found in wanted.items()):
        return False
    return _within(message.timestamp, where.get("messageTimestamp"))


def _within(second: int, span: Mapping[str, Any] | None) -> bool:
    """Whether a message is of the time asked for; a span without one of its ends is not looked at."""
    if not span or not span.get("gte") or not span.get("lte"):
        return True
    first, last = (_seconds(span[end]) for end in ("gte", "lte"))
    return first is not None and last is not None and first <= second <= last


def _seconds(moment: Any) -> int | None:
    """A moment as JavaScript's Date reads it, in whole seconds; None when it is none."""
    if isinstance(moment, int | float):
        return floor(moment / 1000)
    try:
        found = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return floor((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def _found_message(archive: Archive, row: MessageRow, instance_id: str) -> dict[str, Any]:
    message = row.message
    return {
        "id": row.row_id,
        "key": stored(message.key),
        "pushName": _push_name(row),
        "messageType": message.kind,
        "message": stored(message.content),
        "messageTimestamp": message.timestamp,
        "instanceId": instance_id,
        "source": source_of(message.key["id"]),
        "contextInfo": stored(message.context),
        "MessageUpdate": [{"status": found.status} for found in archive.statuses if found.message_row_id == row.row_id],
    }


def _push_name(row: MessageRow) -> str | None:
    """The name as stored; where there is none, one that the server makes up."""
    message = row.message
    if message.push_name:
        return message.push_name
    if message.key.get("fromMe"):
        return "Você"
    participant = message.key.get("participant") or (message.context or {}).get("participant")
    return str(participant).partition("@")[0] if message.context and participant else message.push_name


def find_statuses(archive: Archive, body: Body, *, instance_id: str) -> list[dict[str, Any]]:
    """POST /chat/findStatusMessage: the statuses that came, oldest first."""
    where = body.get("where") or {}
    found = [
        row
        for row in archive.statuses
        if where.get("remoteJid") in (None, row.jid) and where.get("id") in (None, row.key_id)
    ]
    page = _page(found, body.get("offset") or _PAGE_SIZE, body.get("page") or 1)
    return [_found_status(row, instance_id) for row in page]


def _found_status(row: StatusRow, instance_id: str) -> dict[str, Any]:
    return {
        "id": row.row_id,
        "keyId": row.key_id,
        "remoteJid": row.jid,
        "fromMe": row.from_me,
        "participant": row.participant,
        "pollUpdates": row.poll_updates,
        "status": row.status,
        "messageId": row.message_row_id,
        "instanceId": instance_id,
    }


# --- contacts ---------------------------------------------------------------------------------------------------------


def find_contacts(archive: Archive, body: Body, *, instance_id: str) -> list[dict[str, Any]]:
    """POST /chat/findContacts: contact rows and what kind they are."""
    wanted = _asked_jid(body)
    found = [row for row in archive.contacts.values() if wanted in (None, row.jid)]
    size = body.get("offset")
    rows = _page(found, size, max(body.get("page") or 1, 1)) if size else found
    return [_found_contact(row, instance_id) for row in rows]


def _asked_jid(body: Body) -> str | None:
    jid = (body.get("where") or {}).get("remoteJid")
    return jid_of(jid) if jid and "@" not in jid else jid or None


def _found_contact(row: ContactRow, instance_id: str) -> dict[str, Any]:
    group, saved = row.jid.endswith("@g.us"), bool(row.push_name or row.picture_url)
    kind = "group" if group else "contact" if saved else "group_member"
    return {
        "id": row.row_id,
        "remoteJid": row.jid,
        "pushName": row.push_name,
        "profilePicUrl": row.picture_url,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "instanceId": instance_id,
        "isGroup": group,
        "isSaved": saved,
        "type": kind,
    }


# --- chats ------------------------------------------------------------------------------------------------------------


def find_chats(archive: Archive, body: Body, *, instance_id: str, now: datetime) -> list[dict[str, Any]]:
    """POST /chat/findChats: one item a jid that has a stored message, the newest conversation first."""
    wanted = _asked_jid(body)
    span = (body.get("where") or {}).get("messageTimestamp")
    newest: dict[str, MessageRow] = {}
    for row in archive.newest_first():
        if wanted in (None, row.jid) and _within(row.message.timestamp, span):
            newest.setdefault(row.jid, row)
    items = [_found_chat(archive, row, instance_id, now) for row in newest.values()]
    return list(_cut(items, body))


def _cut(items: Iterable[dict[str, Any]], body: Body) -> Iterator[dict[str, Any]]:
    skip, take = body.get("skip") or 0, body.get("take")
    for index, item in enumerate(items):
        if index >= skip and (not take or index < skip + take):
            yield item


def _found_chat(archive: Archive, row: MessageRow, instance_id: str, now: datetime) -> dict[str, Any]:
    contact, chat = archive.contacts.get(row.jid), archive.chats.get(row.jid)
    return {
        "id": contact.row_id if contact else None,
        "remoteJid": row.jid,
        "pushName": chat.name if chat else None,
        "profilePicUrl": contact.picture_url if contact else None,
        "updatedAt": _iso(datetime.fromtimestamp(row.message.timestamp, UTC)),
        **_window(chat, now),
        "lastMessage": _last_message(row, instance_id),
        "unreadCount": chat.unread if chat else None,
        "isSaved": contact is not None,
    }


def _window(chat: ChatRow | None, now: datetime) -> dict[str, Any]:
    """The 24 hours after the chat came into being, which the server takes for WhatsApp's answering window."""
    if chat is None:
        return {"windowStart": None, "windowExpires": None, "windowActive": False}
    start = datetime.fromisoformat(chat.created_at)
    return {
        "windowStart": _iso(start),
        "windowExpires": _iso(start + _WINDOW),
        "windowActive": start + _WINDOW > now,
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _last_message(row: MessageRow, instance_id: str) -> dict[str, Any]:
    message = row.message
    return {
        "id": row.row_id,
        "key": stored(message.key),
        "pushName": message.push_name,
        "participant": None,
        "messageType": message.kind,
        "message": _without_media(stored(message.content)),
        "contextInfo": stored(message.context),
        "source": source_of(message.key["id"]),
        "messageTimestamp": message.timestamp,
        "instanceId": instance_id,
        "sessionId": None,
        "status": message.status,
    }


def _without_media(content: dict[str, Any]) -> dict[str, Any]:
    """A message's content with little left of its media, and nothing of a downloaded file."""
    shown = {key: value for key, value in content.items() if key != "base64"}
    for kind, fields in _SHOWN_OF_MEDIA.items():
        if isinstance(shown.get(kind), Mapping):
            shown[kind] = {name: shown[kind][name] for name in fields if name in shown[kind]}
    return shown


def find_chat(archive: Archive, jid: str, *, instance_id: str) -> dict[str, Any] | None:
    """GET /chat/findChatByRemoteJid: the chat's row, or null."""
    row = archive.chats.get(jid if "@" in jid else jid_of(jid))
    if row is None:
        return None
    return {
        "id": row.row_id,
        "remoteJid": row.jid,
        "name": row.name,
        "labels": None if row.labels is None else list(row.labels),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "instanceId": instance_id,
        "unreadMessages": row.unread,
    }
