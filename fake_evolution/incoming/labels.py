"""labels.edit and labels.association."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.domain.archive import LabelRow
from fake_evolution.domain.events.labels import LabelsAssociation, LabelsEdit
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError


async def edit(engine: Engine, instance: Instance, data: Any) -> None:
    """A label was made, changed or deleted; the deletion of a stored one is told twice."""
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str) or not isinstance(data.get("name"), str):
        raise ConfigError("data is no label; legal: an object with id and name, texts, color, deleted, predefinedId")
    labels = engine.archive(instance).labels
    engine.emit(instance.name, LabelsEdit(data, instance.name))
    if data.get("deleted") and data["id"] in labels:
        del labels[data["id"]]
        engine.emit(instance.name, LabelsEdit(data, instance.name))
    elif "LABELS" in engine.settings.saves:
        name = "".join(character for character in data["name"] if " " <= character <= "~")
        labels[data["id"]] = LabelRow(data["id"], name, str(data.get("color")), data.get("predefinedId"))


async def association(engine: Engine, instance: Instance, data: Any) -> None:
    """A label on a chat: where chats are kept the database refuses it, and nobody is told (Q21)."""
    found = data.get("association") if isinstance(data, Mapping) else None
    if not isinstance(found, Mapping) or not {"chatId", "labelId"} <= set(found):
        raise ConfigError("data is no association; legal: an object with type, add or remove, and `association`")
    if "CHATS" in engine.settings.saves:
        engine.journal.write(
            "dropped", instance=instance.name, event="labels.association", reason="the database refuses it (imitated)"
        )
        return
    change = str(data.get("type"))
    engine.emit(instance.name, LabelsAssociation(instance.name, change, found["chatId"], found["labelId"]))


HANDLERS = {"labels.edit": edit, "labels.association": association}
