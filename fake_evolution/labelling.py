"""Labels: what is stored of them, and putting them on chats, which the real server's database does not survive."""

from collections.abc import Mapping
from typing import Any

from fake_evolution import incoming
from fake_evolution.answers import bad_request, not_found
from fake_evolution.asking import told_as, told_natively
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.numbers import look_up
from fake_evolution.sending import line

# PostgreSQL has no constraint that the statement could refer to, so it always fails where chats are saved (Q21).
_DATABASE_TEXT = (
    "PrismaClientKnownRequestError: \nInvalid `prisma.$executeRawUnsafe()` invocation:\n\n\n"
    "Raw query failed. Code: `42P10`. Message: "
    "`there is no unique or exclusion constraint matching the ON CONFLICT specification`"
)
_METHODS = {"add": "addChatLabel", "remove": "removeChatLabel"}


def all_labels(engine: Engine, instance: Instance) -> list[dict[str, Any]]:
    """GET /label/findLabels."""
    return [
        {"color": label.color, "name": label.name, "id": label.label_id, "predefinedId": label.predefined_id}
        for label in engine.archive(instance).labels.values()
    ]


async def handle(engine: Engine, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """POST /label/handleLabel: WhatsApp is told first, and stays told when the database then fails."""
    action, label = body["action"], body["labelId"]
    with told_natively():
        [found] = await look_up(engine, name, (body["number"],))
    if not found["exists"]:
        raise not_found("Number is not on WhatsApp")
    with told_as(f"Unable to {action} label to chat", status=400):
        await line.ask(engine, name, method=_METHODS[action])
    if "CHATS" in engine.settings.saves:
        raise bad_request(f"Unable to {action} label to chat", _DATABASE_TEXT)
    association = {"association": {"type": "label_jid", "chatId": found["jid"], "labelId": label}, "type": action}
    await incoming.take(engine, name, "labels.association", association)
    return {"numberJid": found["jid"], "labelId": label, action: True}
