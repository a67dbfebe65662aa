"""To whom a message goes: a person whom WhatsApp or the cache knows, a group with its members, or a broadcast list."""

from dataclasses import dataclass

from fake_evolution.answers import bad_request
from fake_evolution.domain.groups import Group
from fake_evolution.domain.messages import jid_of
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.groups import groups_of
from fake_evolution.numbers import look_up
from fake_evolution.sending.line import ask


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a message goes; `group` is a group whose metadata could be read."""

    jid: str
    group: Group | None = None

    @property
    def is_group(self) -> bool:
        """Whether it is a group."""
        return self.jid.endswith("@g.us")

    @property
    def is_person(self) -> bool:
        """Whether it is one person's chat."""
        return not self.jid.endswith(("@g.us", "@broadcast"))


async def reach(engine: Engine, name: str, number: str) -> Addressee:
    """The address for what a caller wrote.

    ApiError when WhatsApp does not know it, ThrownError when it must be asked and the line does not carry that.
    """
    jid = jid_of(number)
    if jid.endswith("@g.us"):
        group = await _group(engine, name, jid)
        if group is None and engine.profile.unknown_group_stumbles:
            raise ThrownError("Cannot read properties of undefined (reading 'id')", name="TypeError")
        return Addressee(jid, group)
    if jid.endswith("@broadcast"):
        return Addressee(jid)
    [found] = await look_up(engine, name, (number,))
    if not found["exists"]:
        raise bad_request(found)
    return Addressee(found["jid"])


async def _group(engine: Engine, name: str, jid: str) -> Group | None:
    """A group's metadata; None when the account is not in it, or WhatsApp cannot be asked and it was never read."""
    was_read = engine.known_numbers.find(jid) is not None
    try:
        await ask(engine, name, method="groupMetadata")
    except ThrownError:
        return _member_of(engine, name, jid) if was_read else None
    found = _member_of(engine, name, jid)
    if found is not None:
        engine.known_numbers.remember(jid)
    return found


def _member_of(engine: Engine, name: str, jid: str) -> Group | None:
    instance = engine.instances.get(name)
    return None if instance is None else groups_of(engine, instance).get(jid)
