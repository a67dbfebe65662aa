"""The same webhook, and the same message, more than once."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from channel_backend.dedupe import fingerprint, webhook_mark
from channel_backend.defects.base import Defect
from channel_backend.defects.taking import always_new
from channel_backend.seams import Seams
from channel_backend.talk import Message, message_json

# Cuts off what makes two rows of one message, which the database would refuse.
_BEHIND = "#"
AT_ONCE_S = 0.5
WINDOW_S = 4.0

Key = Callable[[str], str]


def _shown(message: Message) -> dict[str, Any]:
    shown = message_json(message)
    return {**shown, "messageId": str(shown["messageId"]).partition(_BEHIND)[0]}


def _keyed(seams: Seams, key: Key, mark: Callable[[bytes, int | None, str], str]) -> Seams:
    return replace(seams, message_key=key, message_json=_shown, webhook_mark=mark)


def _marked(word: Callable[[], str]) -> Callable[[Seams], Seams]:
    """Messages and webhooks are known again as long as the word is the same."""

    def mark(body: bytes, session: int | None, name: str) -> str:
        return fingerprint(webhook_mark(body, session, name).encode(), word().encode())

    return lambda seams: _keyed(seams, lambda message_id: f"{message_id}{_BEHIND}{word()}", mark)


def _in_memory(seams: Seams) -> Seams:
    born = secrets.token_hex(4)
    return _marked(lambda: born)(seams)


def _for_a_while(seams: Seams) -> Seams:
    return _marked(lambda: str(int(time.monotonic() / WINDOW_S)))(seams)


def _check_then_insert(seams: Seams) -> Seams:
    """Who asks right after the first asker is told, like the first, that nobody has dealt with it yet."""

    def racing() -> Key:
        first: dict[str, tuple[float, str]] = {}

        def key(name: str) -> str:
            own = f"{name}{_BEHIND}{secrets.token_hex(4)}"
            since, known = first.setdefault(name, (time.monotonic(), own))
            return own if time.monotonic() - since < AT_ONCE_S else known

        return key

    of_webhook, of_message = racing(), racing()

    def mark(body: bytes, session: int | None, name: str) -> str:
        return fingerprint(of_webhook(webhook_mark(body, session, name)).encode())

    return _keyed(seams, of_message, mark)


def _same_text(body: bytes, session: int | None, name: str) -> str:
    if name != "messages.upsert":
        return webhook_mark(body, session, name)
    data = msgspec.json.decode(body)["data"]
    return fingerprint(data["key"]["remoteJid"].encode(), msgspec.json.encode(data.get("message")))


DEFECTS = (
    Defect(
        id="no-webhook-dedupe",
        stands_for="G4, I1",
        origin="report, gap 4; observed R6, B17",
        seen="the page flickers: everything is told twice",
        seams=lambda seams: replace(seams, webhook_mark=always_new, is_news=lambda _before, _after: True),
    ),
    Defect(
        id="no-message-dedupe",
        stands_for="G4, I1",
        origin="report, gap 4; observed R7; https://github.com/EvolutionAPI/evolution-api/issues/631",
        seen="a customer's message stands twice in the conversation",
        seams=lambda seams: _keyed(
            seams, lambda message_id: f"{message_id}{_BEHIND}{secrets.token_hex(4)}", always_new
        ),
    ),
    Defect(
        id="check-then-insert",
        stands_for="G4, I2",
        origin="report, gap 4; https://github.com/EvolutionAPI/evolution-api/issues/2127",
        seen="now and then a message stands twice: both copies came at the same moment",
        seams=_check_then_insert,
    ),
    Defect(
        id="dedupe-in-memory",
        stands_for="G4, I3",
        origin="report, gap 4",
        seen="after a restart messages stand twice in the conversation",
        seams=_in_memory,
    ),
    Defect(
        id="dedupe-for-a-while",
        stands_for="G4, I3",
        origin="report, gap 4: a key in Redis with an end, and no unique constraint behind it",
        seen="a message that Evolution repeats later stands twice",
        seams=_for_a_while,
    ),
    Defect(
        id="same-text-is-duplicate",
        stands_for="G4, I4",
        origin="report, gap 4: the key is not the message's id",
        seen="a customer writes the same word again, and nobody sees it",
        seams=lambda seams: replace(seams, webhook_mark=_same_text),
    ),
)
