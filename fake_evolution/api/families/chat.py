"""/chat: who is on WhatsApp, stored conversations, profiles, privacy, blocking."""

from collections.abc import Mapping
from typing import Any

from fake_evolution import accounts
from fake_evolution.answers import native_error
from fake_evolution.api.bodies import chat as bodies
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.api.schema import problems
from fake_evolution.domain import queries
from fake_evolution.errors import ThrownError
from fake_evolution.finding import sound
from fake_evolution.numbers import look_up

_BOOMS = {"Connection Closed": (428, "Precondition Required"), "Timed Out": (408, "Request Time-out")}


async def whatsapp_numbers(call: Call) -> Reply:
    """Which numbers exist; whatever goes wrong is told as the bare error, past the server's error handler."""
    if not call.engine.profile.bare_number_errors:
        body = checked(call, bodies.WHATSAPP_NUMBERS)
    else:
        found = problems(call.body, bodies.WHATSAPP_NUMBERS)
        if found:
            return Reply(400, {"status": 400, "error": "Bad Request", "message": [found]})
        body = call.body
    try:
        return Reply(200, await look_up(call.engine, call.instance, _numbers(body)))
    except ThrownError as thrown:
        if not call.engine.profile.bare_number_errors:
            raise native_error(thrown.message) from thrown
        return Reply(400, _bare(thrown))


def _numbers(body: Mapping[str, Any]) -> list[str]:
    """The numbers, which the schema forgot to require."""
    if "numbers" not in body:
        raise ThrownError("Cannot read properties of undefined (reading 'forEach')", name="TypeError")
    return list(body["numbers"])


def _bare(thrown: ThrownError) -> dict[str, object]:
    """An error object as JSON: of a programming error nothing remains."""
    if thrown.message not in _BOOMS:
        return {}
    status, phrase = _BOOMS[thrown.message]
    payload = {"statusCode": status, "error": phrase, "message": thrown.message}
    output = {"statusCode": status, "payload": payload, "headers": {}}
    return {"data": None, "isBoom": True, "isServer": False, "output": output}


# --- stored conversations ---------------------------------------------------------------------------------------------


async def find_contacts(call: Call) -> Reply:
    """Contact rows."""
    body = sound(checked(call, bodies.FIND_CONTACTS))
    instance = asked_instance(call, "fetchContacts")
    profile, archive = call.engine.profile, call.engine.archive(instance)
    asked = body if profile.rich_rows else {"where": body["where"]}
    rows = queries.find_contacts(archive, asked, instance_id=instance.instance_id)
    if profile.contact_filters_work:
        rows = [row for row in rows if all(body["where"].get(key) in (None, row[key]) for key in ("id", "pushName"))]
    return Reply(200, rows if profile.rich_rows else [_without(row, "isGroup", "isSaved", "type") for row in rows])


async def find_messages(call: Call) -> Reply:
    """A page of messages."""
    body = sound(checked(call, bodies.FIND_MESSAGES))
    instance = asked_instance(call, "fetchMessages")
    archive = call.engine.archive(instance)
    return Reply(200, queries.find_messages(archive, body, instance_id=instance.instance_id))


async def find_status_message(call: Call) -> Reply:
    """Statuses that came for messages."""
    body = sound(checked(call, bodies.FIND_STATUS_MESSAGE))
    if not call.engine.profile.rich_rows and not (body.get("offset") and body.get("page")):
        raise native_error("\nInvalid `findMany()` invocation\nArgument `skip`: Invalid value provided.")
    instance = asked_instance(call, "fetchStatusMessage")
    archive = call.engine.archive(instance)
    return Reply(200, queries.find_statuses(archive, body, instance_id=instance.instance_id))


async def find_chats(call: Call) -> Reply:
    """One item for each chat that has a message."""
    body = sound(checked(call, bodies.FIND_CONTACTS))  # the real server checks both with one schema
    instance = asked_instance(call, "fetchChats")
    archive, now = call.engine.archive(instance), call.engine.clock.wall()
    if call.engine.profile.rich_rows:
        return Reply(200, queries.find_chats(archive, body, instance_id=instance.instance_id, now=now))
    rows = queries.find_chats(archive, {"where": body["where"]}, instance_id=instance.instance_id, now=now)
    shown = [_without(row, "lastMessage", "unreadCount", "isSaved") for row in rows if row["isSaved"]]
    return Reply(200, shown)


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A row as an older version tells it."""
    return {name: value for name, value in row.items() if name not in names}


async def find_chat(call: Call) -> Reply:
    """The row of one chat, or null."""
    jid = call.query.get("remoteJid")
    if not jid:
        return Reply(400, {"error": "remoteJid is a required query parameter"})
    instance = asked_instance(call, "findChatByRemoteJid")
    archive = call.engine.archive(instance)
    return Reply(200, queries.find_chat(archive, jid, instance_id=instance.instance_id))


# --- accounts ---------------------------------------------------------------------------------------------------------


async def fetch_profile_picture_url(call: Call) -> Reply:
    """The address of somebody's picture."""
    body = checked(call, bodies.PICTURE)
    asked_instance(call, "profilePicture")
    return Reply(200, await accounts.picture_url(call.engine, call.instance, body.get("number")))


async def fetch_profile(call: Call) -> Reply:
    """Somebody's profile."""
    number = _number(checked(call, bodies.PROFILE).get("number"))
    asked_instance(call, "fetchProfile")
    return Reply(200, await accounts.profile(call.engine, call.instance, number))


async def fetch_business_profile(call: Call) -> Reply:
    """Somebody's business profile, which nobody has."""
    body = checked(call, bodies.PICTURE)
    asked_instance(call, "fetchBusinessProfile")
    return Reply(200, await accounts.business_profile(call.engine, call.instance, body.get("number")))


async def update_profile_name(call: Call) -> Reply:
    """Change the own name."""
    body = checked(call, bodies.PROFILE_NAME)
    asked_instance(call, "updateProfileName")
    return Reply(200, await accounts.rename(call.engine, call.instance, body.get("name")))


async def update_profile_status(call: Call) -> Reply:
    """Change the own status text."""
    body = checked(call, bodies.PROFILE_STATUS)
    asked_instance(call, "updateProfileStatus")
    return Reply(200, await accounts.change_status(call.engine, call.instance, body.get("status")))


async def update_profile_picture(call: Call) -> Reply:
    """Change the own picture."""
    body = checked(call, bodies.PICTURE)
    asked_instance(call, "updateProfilePicture")
    return Reply(200, await accounts.change_picture(call.engine, call.instance, body.get("picture")))


async def remove_profile_picture(call: Call) -> Reply:
    """Remove the own picture."""
    checked(call, bodies.PICTURE)
    asked_instance(call, "removeProfilePicture")
    return Reply(200, await accounts.remove_picture(call.engine, call.instance))


async def fetch_privacy_settings(call: Call) -> Reply:
    """The six privacy settings."""
    asked_instance(call, "fetchPrivacySettings")
    return Reply(200, await accounts.privacy(call.engine, call.instance))


async def update_privacy_settings(call: Call) -> Reply:
    """Change all six privacy settings."""
    body = checked(call, bodies.PRIVACY_SETTINGS)
    asked_instance(call, "updatePrivacySettings")
    return Reply(201, await accounts.change_privacy(call.engine, call.instance, body))


async def update_block_status(call: Call) -> Reply:
    """Block somebody, or end that."""
    body = checked(call, bodies.BLOCK)
    asked_instance(call, "blockUser")
    return Reply(201, await accounts.block(call.engine, call.instance, body))


def _number(found: object) -> str | None:
    """A number that no schema has checked: what is no text breaks the server's code."""
    if found and not isinstance(found, str):
        raise native_error("number.includes is not a function")
    return found if isinstance(found, str) else None


ROUTES = (
    Route("POST", "/chat/whatsappNumbers/{instance}", whatsapp_numbers),
    Route("POST", "/chat/findContacts/{instance}", find_contacts),
    Route("POST", "/chat/findMessages/{instance}", find_messages),
    Route("POST", "/chat/findStatusMessage/{instance}", find_status_message),
    Route("POST", "/chat/findChats/{instance}", find_chats),
    Route("GET", "/chat/findChatByRemoteJid/{instance}", find_chat, since="2.3.1"),
    Route("POST", "/chat/fetchProfilePictureUrl/{instance}", fetch_profile_picture_url),
    Route("POST", "/chat/fetchProfile/{instance}", fetch_profile),
    Route("POST", "/chat/fetchBusinessProfile/{instance}", fetch_business_profile),
    Route("POST", "/chat/updateProfileName/{instance}", update_profile_name),
    Route("POST", "/chat/updateProfileStatus/{instance}", update_profile_status),
    Route("POST", "/chat/updateProfilePicture/{instance}", update_profile_picture),
    Route("DELETE", "/chat/removeProfilePicture/{instance}", remove_profile_picture),
    Route("GET", "/chat/fetchPrivacySettings/{instance}", fetch_privacy_settings),
    Route("POST", "/chat/updatePrivacySettings/{instance}", update_privacy_settings),
    Route("POST", "/chat/updateBlockStatus/{instance}", update_block_status),
)
