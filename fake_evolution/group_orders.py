"""What the API can order of groups: each route's answer, and its own words when WhatsApp refuses.

The people named are those of the account's groups on the WhatsApp side (`domain.groups`); a change is answered at once
and shows in the metadata when the world says so.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fake_evolution.accounts import is_picture
from fake_evolution.answers import failure, native_error, not_found
from fake_evolution.asking import ask, told_as
from fake_evolution.domain.groups import Group
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import jid_of
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError, ThrownError
from fake_evolution.groups import admit, dismiss, groups_of, invited, member_of, metadata, shown_later
from fake_evolution.numbers import is_on_whatsapp, look_up
from fake_evolution.sending.posting import send

Body = Mapping[str, Any]

_SUCCESS = {"update": "success"}


async def create(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/create: people who are not on WhatsApp are left out without a word."""
    with told_as("Error creating group"):
        found = await look_up(engine, name, body["participants"])
        people = [one["jid"] for one in found if one["exists"]]
        group = _founded(engine, await ask(engine, name, "groupCreate"), body["subject"], people)
        if body.get("description"):
            await ask(engine, name, "groupUpdateDescription")
            _describe(engine, name, group, body["description"])
        if body.get("promoteParticipants"):
            await ask(engine, name, "groupParticipantsUpdate")
            shown_later(engine, partial(group.change_people, "promote", people))
        return (await metadata(engine, name, group.jid)).metadata()


def _founded(engine: Engine, instance: Instance, subject: str, people: Sequence[str]) -> Group:
    if instance.phone is None:
        raise ThrownError("Cannot read properties of undefined (reading 'groupCreate')", name="TypeError")
    name, at_s = instance.name, int(engine.clock.wall().timestamp())
    code = engine.ids.invite_code(name)
    group = Group.founded(engine.ids.group(name), subject, instance.phone.jid, at_s=at_s, invite_code=code)
    group.change_people("add", people)
    for number in (instance.phone.number, *_own_numbers(engine, people)):
        engine.account(number).groups[group.jid] = group
    return group


def _own_numbers(engine: Engine, jids: Sequence[str]) -> list[str]:
    """Which of these people are accounts that this fake plays the WhatsApp side of."""
    return [user for user in (jid.partition("@")[0] for jid in jids) if user in engine.accounts]


def _describe(engine: Engine, name: str, group: Group, text: str) -> None:
    shown_later(engine, partial(group.describe, text, engine.ids.group_description(name)))


# --- reading ----------------------------------------------------------------------------------------------------------


async def infos(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """GET /group/findGroupInfos."""
    with told_as("Error fetching group", status=404):
        group = await metadata(engine, name, body["groupJid"])
        await ask(engine, name, "profilePictureUrl")
    told = group.infos(group_picture(engine, group))
    communities = {key: told.pop(key) for key in ("isCommunity", "isCommunityAnnounce")}
    return {**told, "participants": group.people(), **communities}


async def all_groups(engine: Engine, name: str, body: Body) -> list[dict[str, Any]]:
    """GET /group/fetchAllGroups: all groups of the account, with or without their members."""
    try:
        instance = await ask(engine, name, "groupFetchAllParticipating")
    except ThrownError as thrown:
        text = "Cannot convert undefined or null to object" if thrown.name == "TypeError" else thrown.message
        raise native_error(text) from thrown
    found = []
    for group in list(groups_of(engine, instance).values()):
        await engine.scheduler.sleep(engine.world.whatsapp.query_s)
        people = {"participants": group.people()} if body["getParticipants"] == "true" else {}
        found.append({**group.infos(group_picture(engine, group)), **people})
    return found


async def participants(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """GET /group/participants: the members, with what the server's own contacts know of them."""
    with told_as("No participants", status=404):
        group = await metadata(engine, name, body["groupJid"])
    return {"participants": people_with_contacts(engine, name, group)}


def people_with_contacts(engine: Engine, name: str, group: Group) -> list[dict[str, Any]]:
    """The members of a group with names and pictures of stored contacts; their numbers are known from now on."""
    contacts = engine.archive(engine.instances[name]).contacts if name in engine.instances else {}
    found = []
    for one in group.people():
        contact = contacts.get(one["id"])
        known = {} if contact is None else {"name": contact.push_name, "imgUrl": contact.picture_url}
        found.append({**one, **known})
        if one["id"].endswith("@s.whatsapp.net"):
            engine.known_numbers.remember(one["id"])
    return found


def group_picture(engine: Engine, group: Group) -> str | None:
    """The address of the group's picture; a new picture has a new address."""
    user = group.jid.partition("@")[0]
    if any(digits in user for digits in engine.world.whatsapp.no_picture):
        return None
    version = f"&v={group.pictures_made}" if group.pictures_made else ""
    return f"https://pps.whatsapp.net/v/t61.24694-24/{user}_n.jpg?ccb=11-4&oh=01&oe=68{version}"


# --- changing ---------------------------------------------------------------------------------------------------------


async def change_subject(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/updateGroupSubject."""
    with told_as("Error updating group subject"):
        group = await metadata(engine, name, body["groupJid"], "groupUpdateSubject")
    by, at_s = _own_jid(engine, name), int(engine.clock.wall().timestamp())
    shown_later(engine, partial(group.rename, body["subject"], by, at_s=at_s))
    return dict(_SUCCESS)


async def change_description(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/updateGroupDescription."""
    with told_as("Error updating group description"):
        group = await metadata(engine, name, body["groupJid"], "groupUpdateDescription")
    _describe(engine, name, group, body["description"])
    return dict(_SUCCESS)


async def change_picture(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/updateGroupPicture."""
    if not is_picture(body["image"]):
        raise failure(500, ["Error update group picture", "[object Object]"])
    with told_as("Error update group picture"):
        group = await metadata(engine, name, body["groupJid"], "updateProfilePicture")
    group.pictures_made += 1
    return dict(_SUCCESS)


async def change_people(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/updateParticipant: a status for each person, as WhatsApp gives it."""
    with told_as("Error updating participants", status=400):
        group = await metadata(engine, name, body["groupJid"], "groupParticipantsUpdate")
    action, jids = body["action"], [jid_of(number) for number in body["participants"]]
    statuses = {jid: _status_of(engine, group, action, jid) for jid in jids}
    fit = [jid for jid, status in statuses.items() if status == "200"]
    shown_later(engine, partial(_let_people_change, engine, group, action, fit))
    return {"updateParticipants": [{"status": status, "jid": jid} for jid, status in statuses.items()]}


def _status_of(engine: Engine, group: Group, action: str, jid: str) -> str:
    if action == "add":
        return "409" if jid in group.members else "200" if is_on_whatsapp(engine, jid) else "404"
    return "200" if jid in group.members else "404"


def _let_people_change(engine: Engine, group: Group, action: str, jids: Sequence[str]) -> None:
    group.change_people(action, jids)
    for number in _own_numbers(engine, jids):
        if action == "add":
            admit(engine, group, number)
        elif action == "remove":
            dismiss(engine, group, number)


async def change_setting(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/updateSetting: an empty object."""
    with told_as("Error updating setting", status=400):
        group = await metadata(engine, name, body["groupJid"], "groupSettingUpdate")
    shown_later(engine, partial(group.arrange, body["action"]))
    return {}


async def change_ephemeral(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/toggleEphemeral: how long messages live, in seconds; 0 for ever."""
    with told_as("Error updating setting", status=400):
        group = await metadata(engine, name, body["groupJid"], "groupToggleEphemeral")
    shown_later(engine, partial(setattr, group, "ephemeral_s", body["expiration"]))
    return {"success": True}


async def leave(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """DELETE /group/leaveGroup: WhatsApp does not mind a group that the account is not in."""
    with told_as("Unable to leave the group", status=400):
        instance = await ask(engine, name, "groupLeave")
    group = groups_of(engine, instance).get(body["groupJid"])
    if group is not None and instance.phone is not None:
        dismiss(engine, group, instance.phone.number)
    return {"groupJid": body["groupJid"], "leave": True}


# --- invitations ------------------------------------------------------------------------------------------------------


async def invite_code(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """GET /group/inviteCode."""
    with told_as("No invite code", status=404):
        instance = await ask(engine, name, "groupInviteCode")
        code = member_of(engine, instance, body["groupJid"]).invite_code
    return {"inviteUrl": f"https://chat.whatsapp.com/{code}", "inviteCode": code}


async def invite_infos(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """GET /group/inviteInfo: the whole metadata of the group that a code leads to."""
    refused = failure(404, ["No invite info", body["inviteCode"]])
    try:
        await ask(engine, name, "groupGetInviteInfo")
    except ThrownError as broken:
        raise refused from broken
    group = invited(engine, body["inviteCode"])
    if group is None:
        raise refused
    return group.metadata()


async def accept_invite(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """GET /group/acceptInviteCode: the account becomes a member."""
    with told_as("Accept invite error", status=404):
        instance = await ask(engine, name, "groupAcceptInvite")
        group = invited(engine, body["inviteCode"])
        if group is None or instance.phone is None:
            raise ThrownError("not-acceptable")
    admit(engine, group, instance.phone.number)
    return {"accepted": True, "groupJid": group.jid}


async def revoke_invite(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/revokeInviteCode: the new code; the old one leads nowhere any more."""
    with told_as("Revoke error", status=404):
        group = await metadata(engine, name, body["groupJid"], "groupRevokeInvite")
    code = engine.ids.invite_code(name)
    shown_later(engine, partial(setattr, group, "invite_code", code))
    return {"revoked": True, "inviteCode": code}


async def send_invite(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /group/sendInvite: a text with the invitation's address to each number."""
    try:
        url = (await invite_code(engine, name, body))["inviteUrl"]
        for number in body["numbers"]:
            text = f"{body['description']}\n\n{url}"
            await send(engine, name, "sendText", {"number": jid_of(number), "text": text})
    except ApiError as refused:
        raise not_found("No send invite") from refused
    return {"send": True, "inviteUrl": url}


def _own_jid(engine: Engine, name: str) -> str:
    instance = engine.instances.get(name)
    return "" if instance is None or instance.phone is None else instance.phone.jid
