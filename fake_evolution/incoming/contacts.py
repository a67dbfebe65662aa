"""contacts.upsert and contacts.update, as WhatsApp's contact sync tells them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.contacts import keep_contact
from fake_evolution.domain.events.contacts import Contact, ContactsUpdate, ContactsUpsert
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.people import picture_of

Items = list[Mapping[str, Any]]


async def upsert(engine: Engine, instance: Instance, data: Any) -> None:
    """New contacts: told and stored without pictures, and told again once their pictures are known."""
    items = checked_contacts(data)
    if not items:
        return
    contacts = [_named(item, instance) for item in items]
    engine.emit(instance.name, ContactsUpsert(tuple(contacts)))
    for contact in contacts:
        if contact.jid not in engine.archive(instance).contacts:
            keep_contact(engine, instance, contact)
        if "@s.whatsapp" in contact.jid:
            engine.known_numbers.remember(contact.jid)
    await engine.scheduler.sleep(engine.world.whatsapp.query_s)  # all pictures are asked for at once
    pictured = [replace(contact, picture_url=picture_of(engine, contact.jid)) for contact in contacts]
    engine.emit(instance.name, ContactsUpdate(tuple(pictured)))
    for contact in pictured:
        keep_contact(engine, instance, replace(contact, push_name=None))


def _named(item: Mapping[str, Any], instance: Instance) -> Contact:
    jid = item["id"]
    name = item.get("name") or item.get("verifiedName") or jid.partition("@")[0]
    return Contact(jid, name, None, instance.instance_id)


async def update(engine: Engine, instance: Instance, data: Any) -> None:
    """Changed contacts; their pictures are asked for one after another."""
    contacts = []
    for item in checked_contacts(data):
        await engine.scheduler.sleep(engine.world.whatsapp.query_s)
        name = item.get("name") if item.get("name") is not None else item.get("verifiedName")
        contacts.append(Contact(item["id"], name, picture_of(engine, item["id"]), instance.instance_id))
    engine.emit(instance.name, ContactsUpdate(tuple(contacts)))
    for contact in contacts:
        keep_contact(engine, instance, contact)


def checked_contacts(data: Any) -> Items:
    """The contacts; ConfigError when they are not as the socket library words them."""
    shaped = isinstance(data, list) and all(
        isinstance(item, Mapping) and isinstance(item.get("id"), str) for item in data
    )
    if not shaped:
        raise ConfigError("data is no list of contacts; legal: objects with `id`, an address, and name or notify")
    items: Items = data
    return items


HANDLERS = {"contacts.upsert": upsert, "contacts.update": update}
