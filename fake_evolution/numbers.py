"""Which numbers are on WhatsApp: what the server knows itself, and what it must ask."""

from collections.abc import Iterable
from typing import Any

from fake_evolution.answers import bad_request
from fake_evolution.asking import ask
from fake_evolution.domain.known_numbers import spellings
from fake_evolution.domain.messages import jid_of
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.groups import metadata

Found = dict[str, Any]

_STATUS = "status@broadcast"


async def look_up(engine: Engine, name: str, numbers: Iterable[str]) -> list[Found]:
    """For each number its address, and whether it exists: statuses first, then groups, then people.

    People whom the server met before, and privacy ids, need no question to WhatsApp; the others need one for all.
    """
    asked = [(number, jid_of(number)) for number in numbers]
    statuses = [_found(jid, number, exists=False) for number, jid in asked if jid == _STATUS]
    groups = [await _group(engine, name, jid, number) for number, jid in asked if jid.endswith("@g.us")]
    people = [(number, jid) for number, jid in asked if jid != _STATUS and not jid.endswith("@g.us")]
    if not engine.profile.believes_known_numbers or any(_must_be_asked(engine, jid) for _, jid in people):
        await ask(engine, name, "onWhatsApp")
    return [*statuses, *groups, *(_person(engine, name, jid, number) for number, jid in people)]


async def existing(engine: Engine, name: str, number: str) -> Found:
    """A number that must be on WhatsApp: 400 with what was found when it is not."""
    [found] = await look_up(engine, name, (number,))
    if not found["exists"]:
        raise bad_request(found)
    return found


def is_on_whatsapp(engine: Engine, jid: str) -> bool:
    """Whether WhatsApp knows the account of this address."""
    user = jid.partition("@")[0].partition(":")[0]
    return bool(user) and not user.endswith(tuple(engine.world.whatsapp.not_on_whatsapp))


def registered(engine: Engine, jid: str) -> str:
    """The address under which WhatsApp has an account: with or without the ninth digit, as its phone was registered."""
    return next((one for one in sorted(spellings(jid)) if one.partition("@")[0] in engine.accounts), jid)


def _must_be_asked(engine: Engine, jid: str) -> bool:
    accepted = jid.endswith("@lid") and engine.profile.accepts_privacy_ids
    return not accepted and engine.known_numbers.find(jid) is None


async def _group(engine: Engine, name: str, jid: str, number: str) -> Found:
    try:
        group = await metadata(engine, name, jid)
    except ThrownError:
        return _found(jid, number, exists=False)
    return {**_found(jid, number, exists=True), "name": group.subject}


def _person(engine: Engine, name: str, jid: str, number: str) -> Found:
    known = engine.known_numbers.find(jid)
    address = known or registered(engine, jid)
    private = address.endswith("@lid")
    exists = known is not None or (engine.profile.accepts_privacy_ids if private else is_on_whatsapp(engine, jid))
    if exists:
        engine.known_numbers.remember(address)
    called = _name(engine, name, address)
    if not engine.profile.rich_rows:
        return {"exists": exists, "jid": address, **called, "number": number}
    found = {**_found(address, number, exists=exists), **called}
    return {**found, "lid": "lid"} if private else found


def _found(jid: str, number: str, *, exists: bool) -> Found:
    return {"jid": jid, "exists": exists, "number": number}


def _name(engine: Engine, name: str, jid: str) -> dict[str, Any]:
    instance = engine.instances.get(name)
    contact = None if instance is None else engine.archive(instance).contacts.get(jid)
    return {} if contact is None else {"name": contact.push_name}
