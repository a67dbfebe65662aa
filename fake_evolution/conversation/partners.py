"""Who talks to an instance, and from where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.people import drawn_name, person

_DIGITS_MIN, _DIGITS_MAX = 8, 20
_LID_FIRST, _LID_COUNT = 10**14, 9 * 10**14


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody with a phone: number, privacy id, and the name that they gave themselves."""

    number: str
    lid: str
    name: str

    @property
    def jid(self) -> str:
        """The address with the number."""
        return f"{self.number}@s.whatsapp.net"


def partner(engine: Engine, instance: str, *, number: str | None = None, name: str | None = None) -> Partner:
    """Who is meant: the one of this number, or the one person whom the instance always talks with."""
    found = person(engine, "partner", instance).number if number is None else checked_number(number)
    draws = engine.rng.keyed("partner", found)
    drawn = drawn_name(draws.integer(2**32)) if name is None else name
    return Partner(found, f"{_LID_FIRST + draws.integer(_LID_COUNT)}@lid", drawn)


def checked_number(number: str) -> str:
    """A number as WhatsApp writes it; ConfigError for anything else."""
    if not (number.isdigit() and _DIGITS_MIN <= len(number) <= _DIGITS_MAX):
        raise ConfigError(f"{number!r} is no number; legal: {_DIGITS_MIN} to {_DIGITS_MAX} digits, country code first")
    return number


def group_jid(group: str) -> str:
    """The address of a group; ConfigError for anything else."""
    digits = group.removesuffix("@g.us")
    if not digits.replace("-", "").isdigit():
        raise ConfigError(f"{group!r} is no group; legal: digits, with or without @g.us")
    return f"{digits}@g.us"


def key_of(
    who: Partner, message_id: str, *, group: str | None = None, own: bool = False, by_lid: bool = False
) -> Mapping[str, Any]:
    """The key of a message in the chat with somebody, or in a group; WhatsApp may address by number or privacy id."""
    first, other = (who.lid, who.jid) if by_lid else (who.jid, who.lid)
    mode = "lid" if by_lid else "pn"
    if group is None:
        place = {"remoteJid": first, "fromMe": own, "id": message_id, "remoteJidAlt": other}
    else:
        place = {"remoteJid": group_jid(group), "fromMe": own, "id": message_id}
        place |= {} if own else {"participant": first, "participantAlt": other}
    return {**place, "addressingMode": mode}
