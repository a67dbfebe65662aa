"""To whom a message goes: a person whom WhatsApp or the cache knows, a group with its members, or a broadcast list."""

from dataclasses import dataclass

from fake_evolution.answers import bad_request, native_error
from fake_evolution.domain.groups import Group
from fake_evolution.domain.messages import jid_of
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
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
    """The address for what a caller wrote; ApiError when WhatsApp does not know it or cannot be asked."""
    jid = jid_of(number)
    if jid.endswith("@g.us"):
        return Addressee(jid, await group_metadata(engine, name, jid))
    if jid.endswith("@broadcast"):
        return Addressee(jid)
    return Addressee(await _person(engine, name, jid, number))


async def _person(engine: Engine, name: str, jid: str, number: str) -> str:
    """The address to send to: numbers met before come from the server's cache, others are asked for."""
    known, profile = engine.known_numbers.find(jid), engine.profile
    if known is not None and profile.believes_known_numbers:
        return known
    private = jid.endswith("@lid")
    if not (private and profile.accepts_privacy_ids):
        await _ask_for(engine, name)
        if known is not None:
            return known
        if private or _is_unknown(engine, jid):
            raise bad_request({"jid": jid, "exists": False, "number": number})
    engine.known_numbers.remember(jid)
    return jid


async def _ask_for(engine: Engine, name: str) -> None:
    try:
        await ask(engine, name, method="onWhatsApp")
    except ThrownError as thrown:
        raise native_error(thrown.message) from thrown


def _is_unknown(engine: Engine, jid: str) -> bool:
    digits = jid.partition("@")[0]
    return not digits or digits.endswith(tuple(engine.world.whatsapp.not_on_whatsapp))


async def group_metadata(engine: Engine, name: str, jid: str) -> Group | None:
    """A group's metadata; None when the account is not in it, or WhatsApp cannot be asked and it was never read."""
    was_read = engine.known_numbers.find(jid) is not None
    try:
        await ask(engine, name, method="groupMetadata")
    except ThrownError:
        return _group(engine, name, jid) if was_read else None
    found = _group(engine, name, jid)
    if found is not None:
        engine.known_numbers.remember(jid)
    return found


def _group(engine: Engine, name: str, jid: str) -> Group | None:
    instance = engine.instances.get(name)
    phone = instance and (instance.phone or instance.owner)
    return engine.account(phone.number).groups.get(jid) if phone else None
