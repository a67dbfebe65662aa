"""What a person does to chats without writing: reading, archiving, marking as unread, typing."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.answers import bad_request, failure
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError, ThrownError
from fake_evolution.sending.addressing import reach
from fake_evolution.sending.line import ask, signal

_NO_LAST_MESSAGE = ThrownError("Cannot set properties of undefined (setting 'messageTimestamp')", name="TypeError")
_LOOKED_FOR = ThrownError(
    "\nInvalid `this.prismaRepository.message.findMany()` invocation\n"
    "Argument `path`: Invalid value provided. Expected String, provided (String).",
    name="PrismaClientValidationError",
)

Body = Mapping[str, Any]


async def mark_read(engine: Engine, name: str) -> dict[str, Any]:
    """POST /chat/markMessageAsRead: receipts go out; nothing is known of the messages, nor asked."""
    try:
        await ask(engine, name, method="readMessages")
    except ThrownError as thrown:
        raise failure(500, ["Read messages fail", thrown.told]) from thrown
    return {"message": "Read messages", "read": "success"}


async def archive_chat(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /chat/archiveChat: says archived also when it was taken out of the archive."""
    jid = await _modify(engine, name, body, flag="archived", doing="archiving")
    return {"chatId": jid, "archived": True}


async def mark_unread(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /chat/markChatUnread."""
    jid = await _modify(engine, name, body, flag="markedChatUnread", doing="marked unread")
    return {"chatId": jid, "markedChatUnread": True}


async def _modify(engine: Engine, name: str, body: Body, *, flag: str, doing: str) -> str:
    """The chat, once WhatsApp knows; with only `chat` given the real server fails in its database (Q29)."""
    last = body.get("lastMessage")
    try:
        if last is None:
            raise _LOOKED_FOR if body.get("chat") else _NO_LAST_MESSAGE
        await ask(engine, name, method="chatModify")
    except ThrownError as thrown:
        text = f"An error occurred while {doing} the chat. Open a calling."
        raise failure(500, [{flag: False, "message": [text, thrown.told]}]) from thrown
    return str(last["key"]["remoteJid"])


async def show_presence(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /chat/sendPresence: typing or recording for `delay` milliseconds, then the answer."""
    try:
        await reach(engine, name, body["number"])
        await signal(engine, name, method="presenceSubscribe")
        await engine.scheduler.sleep(max(0.0, body["delay"] / 1000))
        await signal(engine, name, method="sendPresenceUpdate")
    except ThrownError as thrown:
        raise bad_request(thrown.told) from thrown
    except ApiError as refused:  # what the server itself refuses has no text of its own
        raise bad_request("[object Object]") from refused
    return {"presence": body["presence"]}
