"""Groups on people's phones: which there are, founding, people, renaming, leaving; and the contacts that are stored."""

from typing import Any

from aiohttp import web

from fake_evolution.api.asked import Control, answer, read_keys
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.control_types import GroupBody, LeftTold, PeopleBody, PeopleTold, RenameBody, Rows
from fake_evolution.conversation import membership
from fake_evolution.domain import queries
from fake_evolution.errors import ConfigError
from fake_evolution.groups import groups_of

_PEOPLE_MAX = 1000


async def listed(request: web.Request) -> web.Response:
    """The groups that the instance's account is in, with their metadata and invite codes."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    groups = groups_of(engine, engine.instance(name)).values()
    return answer([{**group.metadata(), "inviteCode": group.invite_code} for group in groups])


async def join(request: web.Request) -> web.Response:
    """Somebody founds a group with the account in it; with `metadata` the account is in that group, told to nobody."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, GroupBody)
    metadata, wanted = body.get("metadata"), body.get("people")
    if metadata is not None:
        group = membership.know(engine, name, metadata)
    else:
        people = _people(2 if wanted is None else wanted)
        group = await membership.found(
            engine, name, subject=body.get("subject"), people=people, owner=body.get("owner")
        )
    return answer(group.metadata(), 201)


async def people(request: web.Request) -> web.Response:
    """People come, go or change their rank: those of `numbers`, or `count` strangers who are added."""
    engine, name, jid = request.app[ENGINE], request.match_info["name"], request.match_info["group"]
    body = await read_keys(request, PeopleBody)
    group = membership.group_of(engine, name, jid)
    numbers = body.get("numbers")
    if numbers is None:
        strangers = membership.strangers(engine, group, _people(body.get("count") or 1))
        numbers = [one.number for one in strangers]
    if not numbers or not all(isinstance(number, str) for number in numbers):
        raise ConfigError("'numbers' are no numbers; legal: a list of texts, digits with the country code first")
    jids = await membership.change_people(
        engine, name, jid, action=body.get("action") or "add", numbers=numbers, author=body.get("author")
    )
    return answer({"group": group.jid, "participants": jids}, 201)


async def rename(request: web.Request) -> web.Response:
    """Somebody gives the group another subject."""
    engine, name, jid = request.app[ENGINE], request.match_info["name"], request.match_info["group"]
    body = await read_keys(request, RenameBody)
    if not body.get("subject"):
        raise ConfigError("'subject' is missing; legal: a text")
    await membership.rename(engine, name, jid, subject=body["subject"], author=body.get("author"))
    return answer(membership.group_of(engine, name, jid).metadata())


async def leave(request: web.Request) -> web.Response:
    """The account's owner leaves the group."""
    engine, name, jid = request.app[ENGINE], request.match_info["name"], request.match_info["group"]
    await membership.leave(engine, name, jid)
    return answer({"left": jid})


async def contacts(request: web.Request) -> web.Response:
    """The contacts that the server has stored, as findContacts tells them."""
    engine = request.app[ENGINE]
    instance = engine.instance(request.match_info["name"])
    return answer(queries.find_contacts(engine.archive(instance), {}, instance_id=instance.instance_id))


def _people(count: int) -> int:
    if not 0 <= count <= _PEOPLE_MAX:
        raise ConfigError(f"{count} is no number of people for a group; legal: 0 to {_PEOPLE_MAX}")
    return count


ENDPOINTS: Endpoints = (
    Control("GET", "/instances/{name}/groups", listed, Rows),
    Control("POST", "/instances/{name}/groups", join, dict[str, Any], takes=GroupBody, status=201, also=NOT_NOW),
    Control("POST", "/instances/{name}/groups/{group}", rename, dict[str, Any], takes=RenameBody, also=NOT_NOW),
    Control(
        "POST",
        "/instances/{name}/groups/{group}/people",
        people,
        PeopleTold,
        takes=PeopleBody,
        status=201,
        also=NOT_NOW,
    ),
    Control("DELETE", "/instances/{name}/groups/{group}", leave, LeftTold, also=NOT_NOW),
    Control("GET", "/instances/{name}/contacts", contacts, Rows),
)
