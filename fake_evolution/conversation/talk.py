"""Messages that a person sends, changes and takes back, and what becomes of the ones they were sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_evolution.conversation.contents import CONTENTS, NEEDS_A_MESSAGE, Wish
from fake_evolution.conversation.partners import Partner, key_of, partner
from fake_evolution.domain.archive import MessageRow
from fake_evolution.domain.received import STATUSES
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, unknown_name
from fake_evolution.incoming import take
from fake_evolution.people import drawn_words

_REVOKE, _EDIT = 0, 14
_SPOKEN_STATUSES = {"sent": 2, "delivered": 3, "read": 4, "played": 5}

Info = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody sends: how it is said, and where; None is left to chance."""

    kind: str = "text"
    text: str | None = None
    group: str | None = None
    quoted: str | None = None
    own: bool = False
    by_lid: bool = False


async def say(engine: Engine, name: str, who: Partner, saying: Saying) -> str:
    """One message comes in (or was sent on the account's own phone); its id."""
    if saying.kind not in CONTENTS:
        raise ConfigError(unknown_name("type of message", saying.kind, CONTENTS))
    refers_to = None if saying.quoted is None else stored(engine, name, saying.quoted)
    if refers_to is None and saying.kind in NEEDS_A_MESSAGE:
        raise ConfigError(f"a {saying.kind} refers to a message; legal: `quoted`, the id of a stored one")
    message_id = engine.ids.received_message(name)
    info = {
        "key": dict(key_of(who, message_id, group=saying.group, own=saying.own, by_lid=saying.by_lid)),
        "messageTimestamp": _second(engine),
        "broadcast": False,
        "message": _content(engine, name, message_id, saying, refers_to) or None,
        **({} if saying.own else {"pushName": who.name}),
    }
    await take(engine, name, "messages.upsert", {"messages": [info], "type": "notify"})
    return message_id


def _content(engine: Engine, name: str, message_id: str, saying: Saying, refers_to: MessageRow | None) -> Info:
    draws = engine.rng.keyed("saying", name, message_id)
    other = partner(engine, f"{name} knows")
    text = saying.text if saying.text is not None else _words(saying.kind, draws.integer(2**32))
    wish = Wish(
        engine=engine,
        draws=draws,
        text=text,
        second=_second(engine),
        other_name=other.name,
        other_number=other.number,
        refers_to=None if refers_to is None else _plain_key(refers_to.message.key),
    )
    content = CONTENTS[saying.kind](wish)
    if refers_to is None or not content or saying.kind in NEEDS_A_MESSAGE:
        return content
    return _with_quote(content, refers_to)


def _words(kind: str, seed: int) -> str:
    return "👍" if kind == "reaction" else drawn_words(seed)


def _with_quote(content: Info, row: MessageRow) -> Info:
    """The content as an answer to a stored message; a text becomes a long text, which alone can quote."""
    key = row.message.key
    context = {
        "stanzaId": key["id"],
        "participant": key.get("participant") or key["remoteJid"],
        "quotedMessage": dict(row.message.content),
    }
    if "conversation" in content:
        return {"extendedTextMessage": {"text": content["conversation"], "contextInfo": context}}
    kind = next(name for name in content if name != "messageContextInfo")
    part = content[kind]
    if "message" in part:
        return {**content, kind: {**part, "message": _with_quote(part["message"], row)}}
    return {**content, kind: {**part, "contextInfo": context}}


def stored(engine: Engine, name: str, message_id: str) -> MessageRow:
    """A stored message of an instance; ConfigError says which are there."""
    kept = engine.archive(engine.instance(name))
    found = kept.message(message_id)
    if found is None:
        ids = [row.message.key["id"] for row in kept.newest_first()]
        raise ConfigError(unknown_name(f"stored message of instance '{name}'", message_id, ids[:10]))
    return found


async def acknowledge(engine: Engine, name: str, message_id: str, status: str) -> str:
    """The recipient's phone got, read or played a message; the status as the server names it."""
    numbers = {**_SPOKEN_STATUSES, **{known: number for number, known in enumerate(STATUSES)}}
    if status not in numbers:
        raise ConfigError(unknown_name("status", status, numbers))
    key = dict(stored(engine, name, message_id).message.key)
    await take(engine, name, "messages.update", [{"key": key, "update": {"status": numbers[status]}}])
    return STATUSES[numbers[status]]


async def edit(engine: Engine, name: str, message_id: str, text: str) -> str:
    """Somebody changes a message after having sent it; the id of the message that says so.

    The socket library tells it twice: as a message, and as an update without a status.
    """
    row, second = stored(engine, name, message_id), _second(engine)
    changed = {"conversation": text}
    protocol = {"type": _EDIT, "editedMessage": changed, "timestampMs": second * 1000}
    told_by = await _protocol(engine, name, row, protocol)
    update = {"message": {"editedMessage": {"message": changed}}, "messageTimestamp": second}
    await take(engine, name, "messages.update", [{"key": dict(row.message.key), "update": update}])
    return told_by


async def revoke(engine: Engine, name: str, message_id: str) -> str:
    """Somebody takes a message back; the id of the message that says so."""
    row = stored(engine, name, message_id)
    told_by = await _protocol(engine, name, row, {"type": _REVOKE})
    gone = {"message": None, "messageStubType": 1, "key": {**row.message.key, "id": told_by}}
    await take(engine, name, "messages.update", [{"key": dict(row.message.key), "update": gone}])
    return told_by


async def _protocol(engine: Engine, name: str, row: MessageRow, protocol: Mapping[str, Any]) -> str:
    message_id = engine.ids.received_message(name)
    info = {
        "key": {**row.message.key, "id": message_id},
        "messageTimestamp": _second(engine),
        "broadcast": False,
        "message": {"protocolMessage": {"key": _plain_key(row.message.key), **protocol}},
        "pushName": row.message.push_name,
    }
    await take(engine, name, "messages.upsert", {"messages": [info], "type": "notify"})
    return message_id


def _plain_key(key: Mapping[str, Any]) -> Info:
    return {part: key[part] for part in ("remoteJid", "fromMe", "id", "participant") if part in key}


def _second(engine: Engine) -> int:
    return int(engine.clock.wall().timestamp())
