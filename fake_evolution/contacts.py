"""How contacts get into the archive."""

from fake_evolution.domain.archive import ContactRow
from fake_evolution.domain.events.contacts import Contact
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine


def keep_contact(engine: Engine, instance: Instance, contact: Contact) -> None:
    """Store or update a contact, where contacts are kept; a name of None leaves the stored one."""
    if "CONTACTS" not in engine.settings.saves:
        return
    kept, now = engine.archive(instance), engine.now_iso()
    known = kept.contacts.get(contact.jid)
    name = known.push_name if known is not None and contact.push_name is None else contact.push_name
    row_id = known.row_id if known is not None else engine.ids.database("Contact", instance.name)
    kept.keep_contact(ContactRow(row_id, contact.jid, name, contact.picture_url, now, now))
