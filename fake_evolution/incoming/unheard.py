"""What the socket library tells and the server does not listen to."""

from functools import partial
from typing import Any

from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine

_EVENTS = (
    *("messages.delete", "messages.media-update", "messages.reaction"),
    *("blocklist.set", "blocklist.update", "chats.phoneNumberShare", "group.join-request"),
    *("lid-mapping.update", "newsletter.reaction", "newsletter.view", "newsletter-participants.update"),
)


async def _ignore(event: str, engine: Engine, instance: Instance, _data: Any) -> None:
    engine.journal.write("dropped", instance=instance.name, event=event, reason="the server does not listen to it")


HANDLERS = {event: partial(_ignore, event) for event in _EVENTS}
