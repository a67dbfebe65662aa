"""The groups that an instance's account is in, as WhatsApp answers about them."""

from collections.abc import Callable
from math import isfinite

from fake_evolution.asking import ask
from fake_evolution.domain.groups import Group
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError


async def metadata(engine: Engine, name: str, jid: str, method: str = "groupMetadata") -> Group:
    """A group of the account; ThrownError when it is in no such group or its socket does not work."""
    instance = await ask(engine, name, method)
    return member_of(engine, instance, jid)


def member_of(engine: Engine, instance: Instance, jid: str) -> Group:
    """The group of this address that the account is in; ThrownError as WhatsApp words it when there is none."""
    group = groups_of(engine, instance).get(jid)
    if group is None:
        raise ThrownError("item-not-found")
    return group


def groups_of(engine: Engine, instance: Instance) -> dict[str, Group]:
    """All groups of the account that the instance is connected as; none while it never was."""
    phone = instance.phone or instance.owner
    return {} if phone is None else engine.account(phone.number).groups


def invited(engine: Engine, code: str) -> Group | None:
    """The group that anybody's invite code leads to."""
    return next(
        (
            group
            for account in engine.accounts.values()
            for group in account.groups.values()
            if group.invite_code == code
        ),
        None,
    )


def shown_later(engine: Engine, change: Callable[[], None]) -> None:
    """Change a group: at once, or when the world says that WhatsApp shows changes; perhaps never."""
    delay_s = engine.world.whatsapp.group_change_s
    if delay_s == 0:
        change()
    elif isfinite(delay_s):
        engine.scheduler.after(delay_s, change)


def admit(engine: Engine, group: Group, number: str) -> None:
    """Make an account a member of a group, on both sides."""
    group.change_people("add", (f"{number}@s.whatsapp.net",))
    engine.account(number).groups[group.jid] = group


def dismiss(engine: Engine, group: Group, number: str) -> None:
    """End an account's membership, on both sides."""
    group.change_people("remove", (f"{number}@s.whatsapp.net",))
    engine.account(number).groups.pop(group.jid, None)
