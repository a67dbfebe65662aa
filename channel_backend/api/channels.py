"""A tenant's channels: list, read, create, change, delete."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from channel_backend.api.answering import answer
from channel_backend.api.parsing import body, channel_keeper, identity, line, path_id, prose
from channel_backend.api.parts import PARTS
from channel_backend.channel import Settings
from channel_backend.errors import ApiError
from channel_backend.flow.sessions import NOT_FOUND
from channel_backend.status import ChannelStatus

NAME_CHARACTERS_MIN = 3
NAME_CHARACTERS_MAX = 50
PROSE_CHARACTERS_MAX = 4_000

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class ChannelBody(msgspec.Struct, rename="camel"):
    """What may be said about a channel; what is absent stays. Other fields, known from the list, are not looked at."""

    name: str | UnsetType = UNSET
    type: Literal["whatsapp"] | UnsetType = UNSET
    status: ChannelStatus | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    farewell_message: str | UnsetType | None = UNSET
    wavoip: str | UnsetType | None = UNSET
    chat_flow_id: Id | UnsetType | None = UNSET
    queue_id: Id | UnsetType | None = UNSET


async def list_channels(request: web.Request) -> web.Response:
    """`GET /api/whatsapp/whatsapp/`."""
    channels = await request.app[PARTS].book.of_tenant(identity(request).tenant_id)
    shown = request.app[PARTS].seams.full_channel
    return answer([shown(channel) for channel in channels])


async def read_channel(request: web.Request) -> web.Response:
    """`GET /api/whatsapp/whatsapp/<id>`."""
    who = identity(request)
    channel = await request.app[PARTS].book.read(path_id(request), tenant_id=who.tenant_id)
    if channel is None:
        raise ApiError(404, NOT_FOUND)
    return answer(request.app[PARTS].seams.short_channel(channel))


async def create_channel(request: web.Request) -> web.Response:
    """`POST /api/whatsapp/whatsapp`; 200, not 201, because that is what its clients know."""
    who = channel_keeper(request)
    wanted = await body(request, ChannelBody)
    if isinstance(wanted.name, UnsetType):
        raise ApiError(400, "name: expected a text, found none")
    _check_status(wanted, ChannelStatus.DISCONNECTED)
    settings = _changed(Settings(name=""), wanted)
    channel = await request.app[PARTS].book.create(who.tenant_id, settings)
    return answer(request.app[PARTS].seams.full_channel(channel))


async def update_channel(request: web.Request) -> web.Response:
    """`PUT /api/whatsapp/whatsapp/<id>`."""
    who = channel_keeper(request)
    wanted = await body(request, ChannelBody)
    book = request.app[PARTS].book
    channel_id = path_id(request)
    current = await book.read(channel_id, tenant_id=who.tenant_id)
    if current is None:
        raise ApiError(404, NOT_FOUND)
    _check_status(wanted, current.standing.status)
    changed = await book.edit(channel_id, who.tenant_id, lambda settings: _changed(settings, wanted))
    if changed is None:
        raise ApiError(404, NOT_FOUND)
    return answer(request.app[PARTS].seams.full_channel(changed))


async def delete_channel(request: web.Request) -> web.Response:
    """`DELETE /api/whatsapp/whatsapp/<id>`."""
    who = channel_keeper(request)
    await request.app[PARTS].sessions.delete(who.tenant_id, path_id(request))
    return answer({"message": "Whatsapp deleted."})


ROUTES = (
    web.get("/api/whatsapp/whatsapp", list_channels),
    web.get("/api/whatsapp/whatsapp/", list_channels),
    web.post("/api/whatsapp/whatsapp", create_channel),
    web.post("/api/whatsapp/whatsapp/", create_channel),
    web.get("/api/whatsapp/whatsapp/{id}", read_channel),
    web.put("/api/whatsapp/whatsapp/{id}", update_channel),
    web.delete("/api/whatsapp/whatsapp/{id}", delete_channel),
)


def _check_status(wanted: ChannelBody, current: ChannelStatus) -> None:
    """A client may send back the status it was shown; it cannot set one."""
    if not isinstance(wanted.status, UnsetType) and wanted.status is not current:
        msg = f"status: it is {current} and only moves with the session; start or disconnect the channel"
        raise ApiError(400, msg)


def _changed(settings: Settings, wanted: ChannelBody) -> Settings:
    changes: dict[str, Any] = {
        name: value
        for name in ("is_default", "is_active", "chat_flow_id", "queue_id")
        if (value := getattr(wanted, name)) is not UNSET
    }
    if not isinstance(wanted.name, UnsetType):
        changes["name"] = line(wanted.name, "name", low=NAME_CHARACTERS_MIN, high=NAME_CHARACTERS_MAX)
    if not isinstance(wanted.farewell_message, UnsetType):
        message = prose(wanted.farewell_message, "farewellMessage", high=PROSE_CHARACTERS_MAX)
        changes["farewell_message"] = message
    if not isinstance(wanted.wavoip, UnsetType):
        changes["wavoip"] = prose(wanted.wavoip, "wavoip", high=PROSE_CHARACTERS_MAX)
    return replace(settings, **changes)
