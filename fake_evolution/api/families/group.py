"""/group: create, read, change and leave groups; invitations."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fake_evolution import group_orders
from fake_evolution.api.bodies import group as bodies
from fake_evolution.api.call import Call, Handler, Reply, Route
from fake_evolution.api.checks import asked_instance, checked, spread, with_group, with_invitation, with_participants
from fake_evolution.api.schema import Schema
from fake_evolution.engine import Engine

Body = Mapping[str, Any]
Order = Callable[[Engine, str, Body], Awaitable[Any]]
Reading = Callable[[Call, Schema], Body]


def _own_body(call: Call, schema: Schema) -> Body:
    """The body alone: the group stands in it."""
    return spread(call.body, schema)


def _route(
    method: str, action: str, order: Order, schema: Schema, *, status: int = 200, reading: Reading = with_group
) -> Route:
    """A route that reads its body one way, gives one order and answers with one status."""

    async def handler(call: Call) -> Reply:
        body = reading(call, schema)
        asked_instance(call, order.__name__)
        return Reply(status, await order(call.engine, call.instance, body))

    made: Handler = handler
    return Route(method, f"/group/{action}/{{instance}}", made)


ROUTES = (
    _route("POST", "create", group_orders.create, bodies.CREATE, status=201, reading=checked),
    _route("POST", "updateGroupSubject", group_orders.change_subject, bodies.UPDATE_SUBJECT, status=201),
    _route("POST", "updateGroupPicture", group_orders.change_picture, bodies.UPDATE_PICTURE, status=201),
    _route("POST", "updateGroupDescription", group_orders.change_description, bodies.UPDATE_DESCRIPTION, status=201),
    _route("GET", "findGroupInfos", group_orders.infos, bodies.GROUP_JID),
    _route("GET", "fetchAllGroups", group_orders.all_groups, bodies.PARTICIPANTS_WANTED, reading=with_participants),
    _route("GET", "participants", group_orders.participants, bodies.GROUP_JID),
    _route("GET", "inviteCode", group_orders.invite_code, bodies.GROUP_JID),
    _route("GET", "inviteInfo", group_orders.invite_infos, bodies.INVITE, reading=with_invitation),
    _route("GET", "acceptInviteCode", group_orders.accept_invite, bodies.INVITE, reading=with_invitation),
    _route("POST", "sendInvite", group_orders.send_invite, bodies.SEND_INVITE, reading=_own_body),
    _route("POST", "revokeInviteCode", group_orders.revoke_invite, bodies.GROUP_JID, status=201),
    _route("POST", "updateParticipant", group_orders.change_people, bodies.UPDATE_PARTICIPANT, status=201),
    _route("POST", "updateSetting", group_orders.change_setting, bodies.UPDATE_SETTING, status=201),
    _route("POST", "toggleEphemeral", group_orders.change_ephemeral, bodies.TOGGLE_EPHEMERAL, status=201),
    _route("DELETE", "leaveGroup", group_orders.leave, bodies.ANY),
)
