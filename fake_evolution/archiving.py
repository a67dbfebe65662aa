"""How messages get into the archive: what was sent through the API, and what came in."""

from dataclasses import replace

from fake_evolution.domain.archive import MessageRow
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import Message
from fake_evolution.engine import Engine


def archive_sent(engine: Engine, instance: Instance, message: Message) -> MessageRow | None:
    """Store a message sent through the API, as the settings say; its row, or None when it is not kept."""
    return archive(engine, instance, message, saved_as="NEW_MESSAGE")


def archive(engine: Engine, instance: Instance, message: Message, *, saved_as: str) -> MessageRow | None:
    """Store a message where the settings keep messages of this origin; a downloaded file is not kept with it."""
    if saved_as not in engine.settings.saves:
        return None
    content = {key: value for key, value in message.content.items() if key != "base64"}
    row = MessageRow(engine.ids.database("Message", instance.name), replace(message, content=content))
    kept = engine.archive(instance)
    if kept.keep_message(row):
        engine.journal.write("limit", limit="messages_kept_max", instance=instance.name, legal=kept.messages_max)
    return row
