"""groups.upsert and groups.update, handed on as they are; group-participants.update, with what is known of the people.

Nothing of it comes through where the instance ignores groups.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fake_evolution.domain.events.groups import GroupParticipantsUpdate, GroupsUpdate, GroupsUpsert
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, ThrownError
from fake_evolution.group_orders import people_with_contacts
from fake_evolution.groups import metadata

_PRINTED_OBJECT = "[object Object]"


async def upsert(engine: Engine, instance: Instance, data: Any) -> None:
    """The account is in groups that are new to the server."""
    groups = _listed(data)
    if not instance.settings.groupsIgnore:
        engine.emit(instance.name, GroupsUpsert(groups))


async def update(engine: Engine, instance: Instance, data: Any) -> None:
    """Something of groups changed."""
    changes = _listed(data)
    if not instance.settings.groupsIgnore:
        engine.emit(instance.name, GroupsUpdate(changes))


async def participants(engine: Engine, instance: Instance, data: Any) -> None:
    """People came, went or changed their rank; the group is asked for first, and without it no people are told."""
    fits = isinstance(data, Mapping) and isinstance(data.get("id"), str) and isinstance(data.get("participants"), list)
    if not fits:
        raise ConfigError("data is no change of participants; legal: an object with id, participants (a list), action")
    if instance.settings.groupsIgnore:
        return
    people = await _people(engine, instance.name, data) if engine.profile.tells_group_people else None
    engine.emit(instance.name, GroupParticipantsUpdate(data, people))


async def _people(engine: Engine, name: str, change: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """One item for each person; None where the server's code fails: an unknown group, or people told as objects."""
    try:
        group = await metadata(engine, name, change["id"])
    except ThrownError:
        return None
    if any(isinstance(one, Mapping) for one in change["participants"]) and not engine.profile.reads_group_objects:
        return None
    known = {one["id"]: one for one in people_with_contacts(engine, name, group)}
    return [_person(one, known) for one in change["participants"]]


def _person(told: Any, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A person with number, name and picture as far as they are known; of an object the server makes a bad text."""
    if not isinstance(told, str):
        return {"jid": told, "phoneNumber": _PRINTED_OBJECT}
    found = known.get(told, {})
    number = found.get("phoneNumber") or told.partition("@")[0]
    return {"jid": told, "phoneNumber": number, **{key: found[key] for key in ("name", "imgUrl") if key in found}}


def _listed(data: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(data, list) or not all(isinstance(one, Mapping) and "id" in one for one in data):
        raise ConfigError("data is no list of groups; legal: a list of objects with an `id`")
    return data


HANDLERS = {"groups.upsert": upsert, "groups.update": update, "group-participants.update": participants}
