"""What people do with groups on their phones: found one with the account in it, add and remove people, rename, leave.

The WhatsApp side changes first; then every connected instance whose account is in the group is told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fake_evolution.conversation.partners import Partner, checked_number, group_jid, partner
from fake_evolution.domain.groups import Group
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.states import Link
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, IllegalSignalError, unknown_name
from fake_evolution.groups import admit, dismiss, groups_of
from fake_evolution.incoming import take
from fake_evolution.people import drawn_words

ACTIONS = ("add", "remove", "promote", "demote")


async def found(engine: Engine, name: str, *, subject: str | None, people: int, owner: str | None) -> Group:
    """Somebody founds a group with the account and `people` others in it; the server hears of a new group."""
    instance, founder = _connected(engine, name), partner(engine, name, number=owner)
    jid = engine.ids.group(name)
    drawn = drawn_words(engine.rng.keyed("group", jid).integer(2**32)).rstrip(".")
    group = Group.founded(
        jid,
        subject or drawn,
        founder.jid,
        at_s=int(engine.clock.wall().timestamp()),
        invite_code=engine.ids.invite_code(name),
    )
    group.change_people("add", [one.jid for one in strangers(engine, group, people)])
    _admit_own(engine, group, instance)
    await take(engine, name, "groups.upsert", [group.metadata()])
    return group


def know(engine: Engine, name: str, metadata: Mapping[str, Any]) -> Group:
    """The account is in a group with these metadata, and the server hears nothing of it."""
    people = metadata.get("participants") or []
    if not isinstance(metadata.get("id"), str) or not isinstance(people, list):
        raise ConfigError("'metadata' names no group; legal: an object with `id`, an address, and `participants`")
    if not all(isinstance(one, Mapping) and "id" in one for one in people):
        raise ConfigError("'participants' of the metadata are no people; legal: a list of objects with an `id`")
    group = Group.of_metadata(metadata, invite_code=engine.ids.invite_code(name))
    phone = _connected(engine, name).phone
    if phone is not None:
        engine.account(phone.number).groups[group.jid] = group
    return group


async def change_people(
    engine: Engine, name: str, jid: str, *, action: str, numbers: Sequence[str], author: str | None
) -> list[str]:
    """People come, go or change their rank; the instances of all members hear of it, newcomers of a new group."""
    if action not in ACTIONS:
        raise ConfigError(unknown_name("change of people", action, ACTIONS))
    group, by = group_of(engine, name, jid), partner(engine, name, number=author)
    jids = [f"{checked_number(number)}@s.whatsapp.net" for number in numbers]
    members = _instances_in(engine, group)
    newcomers = [one for one in _own_instances(engine, jids) if one not in members] if action == "add" else []
    group.change_people(action, jids)
    for number in (one.partition("@")[0] for one in jids):
        if action == "remove" and number in engine.accounts:
            dismiss(engine, group, number)
    for newcomer in newcomers:
        _admit_own(engine, group, newcomer)
        await take(engine, newcomer.name, "groups.upsert", [group.metadata()])
    change = {"id": group.jid, "author": by.jid, "participants": jids, "action": action}
    await _tell(engine, members, "group-participants.update", change)
    return jids


async def rename(engine: Engine, name: str, jid: str, *, subject: str, author: str | None) -> None:
    """Somebody renames the group."""
    group, by = group_of(engine, name, jid), partner(engine, name, number=author)
    group.rename(subject, by.jid, at_s=int(engine.clock.wall().timestamp()))
    changes = [{"id": group.jid, "subject": subject, "author": by.jid}]
    await _tell(engine, _instances_in(engine, group), "groups.update", changes)


async def leave(engine: Engine, name: str, jid: str) -> None:
    """The account's owner leaves the group on the phone."""
    instance, group = _connected(engine, name), group_of(engine, name, jid)
    members = _instances_in(engine, group)
    if instance.phone is not None:
        dismiss(engine, group, instance.phone.number)
        own = instance.phone.jid
        change = {"id": group.jid, "author": own, "participants": [own], "action": "remove"}
        await _tell(engine, members, "group-participants.update", change)


def group_of(engine: Engine, name: str, jid: str) -> Group:
    """The group of this address that the instance's account is in; ConfigError lists the groups it is in."""
    known, wanted = groups_of(engine, engine.instance(name)), group_jid(jid)
    if wanted not in known:
        raise ConfigError(unknown_name(f"group of instance '{name}'", wanted, known))
    return known[wanted]


def strangers(engine: Engine, group: Group, count: int) -> list[Partner]:
    """People for a group whom nobody named."""
    first = len(group.members)
    return [partner(engine, f"{group.jid} {number}") for number in range(first, first + count)]


def _connected(engine: Engine, name: str) -> Instance:
    instance = engine.instance(name)
    if instance.memory is not Link.OPEN or instance.phone is None:
        raise IllegalSignalError(f"groups need a connected phone, and instance '{name}' is '{instance.phase}'")
    return instance


def _admit_own(engine: Engine, group: Group, instance: Instance) -> None:
    if instance.phone is not None:
        admit(engine, group, instance.phone.number)


def _instances_in(engine: Engine, group: Group) -> list[Instance]:
    return [
        one
        for one in engine.instances.values()
        if one.memory is Link.OPEN and groups_of(engine, one).get(group.jid) is group
    ]


def _own_instances(engine: Engine, jids: Sequence[str]) -> list[Instance]:
    return [
        one
        for one in engine.instances.values()
        if one.memory is Link.OPEN and one.phone is not None and one.phone.jid in jids
    ]


async def _tell(engine: Engine, instances: Sequence[Instance], event: str, data: Any) -> None:
    for instance in instances:
        await take(engine, instance.name, event, data)
