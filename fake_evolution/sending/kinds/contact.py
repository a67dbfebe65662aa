"""sendContact."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.domain.messages import jid_of
from fake_evolution.sending.draft import Asked, Draft, Kind

_OPTIONAL = (("organization", "ORG:{};\n"), ("email", "EMAIL:{}\n"), ("url", "URL:{}\n"))


async def compose(asked: Asked) -> Draft:
    """One visiting card, or several in one message; options are not looked at."""
    cards = [_card(contact) for contact in asked.body["contact"]]
    if len(cards) == 1:
        return Draft(asked.body["number"], "contactMessage", {"contactMessage": cards[0]})
    several = {"contacts": cards, "displayName": f"{len(cards)} contacts"}
    return Draft(asked.body["number"], "contactsArrayMessage", {"contactsArrayMessage": several})


def _card(contact: Mapping[str, Any]) -> dict[str, str]:
    name, phone = contact["fullName"], contact["phoneNumber"]
    more = "".join(line.format(contact[field]) for field, line in _OPTIONAL if contact.get(field))
    lines = f"BEGIN:VCARD\nVERSION:3.0\nN:{name}\nFN:{name}\n{more}"
    account = contact.get("wuid") or jid_of(phone)
    telephone = f"item1.TEL;waid={account}:{phone}\nitem1.X-ABLabel:Celular\nEND:VCARD"
    return {"displayName": name, "vcard": lines + telephone}


KIND = Kind("sendContact", "contactMessage", compose)
