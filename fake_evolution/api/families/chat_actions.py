"""/chat, as far as it acts on messages and chats: read, archive, unread, delete, edit, fetch the file, type."""

from fake_evolution.api.bodies import chat_actions as bodies
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.sending import files, marking, orders


async def mark_read(call: Call) -> Reply:
    """Receipts for messages."""
    checked(call, bodies.READ)
    asked_instance(call, "markMessageAsRead")
    return Reply(201, await marking.mark_read(call.engine, call.instance))


async def archive_chat(call: Call) -> Reply:
    """Archive a chat, or take it out."""
    body = checked(call, bodies.ARCHIVE)
    asked_instance(call, "archiveChat")
    return Reply(201, await marking.archive_chat(call.engine, call.instance, body))


async def mark_unread(call: Call) -> Reply:
    """Mark a chat as unread."""
    body = checked(call, bodies.UNREAD)
    asked_instance(call, "markChatUnread")
    return Reply(201, await marking.mark_unread(call.engine, call.instance, body))


async def delete_for_everyone(call: Call) -> Reply:
    """Revoke a message."""
    body = checked(call, bodies.DELETE)
    asked_instance(call, "deleteMessage")
    return Reply(201, await orders.revoke(call.engine, call.instance, body))


async def update_message(call: Call) -> Reply:
    """Edit a message."""
    body = checked(call, bodies.UPDATE)
    asked_instance(call, "updateMessage")
    return Reply(200, await orders.edit(call.engine, call.instance, body))


async def file_of_message(call: Call) -> Reply:
    """The file of a media message; the body is not checked by any schema."""
    instance = asked_instance(call, "getBase64FromMediaMessage")
    return Reply(201, await files.file_of(call.engine, instance, call.body))


async def send_presence(call: Call) -> Reply:
    """Type, or record, for a while."""
    body = checked(call, bodies.PRESENCE)
    asked_instance(call, "sendPresence")
    return Reply(201, await marking.show_presence(call.engine, call.instance, body))


ROUTES = (
    Route("POST", "/chat/markMessageAsRead/{instance}", mark_read),
    Route("POST", "/chat/archiveChat/{instance}", archive_chat),
    Route("POST", "/chat/markChatUnread/{instance}", mark_unread),
    Route("DELETE", "/chat/deleteMessageForEveryone/{instance}", delete_for_everyone),
    Route("POST", "/chat/updateMessage/{instance}", update_message),
    Route("POST", "/chat/getBase64FromMediaMessage/{instance}", file_of_message),
    Route("POST", "/chat/sendPresence/{instance}", send_presence),
)
