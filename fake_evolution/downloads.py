"""The file of a message, fetched for the `base64` of its event."""

from base64 import b64encode

from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import Message
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError


def downloaded(engine: Engine, instance: Instance, message: Message) -> dict[str, str]:
    """`{base64}` where the webhook wants files and this one can be had; else nothing.

    Whether it wants them is what the webhook said when the instance last connected (Q12).
    """
    if not instance.sends_base64:
        return {}
    kind = message.kind if message.kind in message.content else next(iter(message.content))
    try:
        return {"base64": b64encode(engine.media.fetch(kind, message.content[kind])).decode()}
    except ThrownError as failure:
        engine.journal.write("download", instance=instance.name, message=message.key["id"], error=str(failure))
        return {}
