"""call: somebody rings."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.domain.events.call import Call
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.incoming.messages import upsert


async def call(engine: Engine, instance: Instance, data: Any) -> None:
    """The first step of a list is told; an offer is first answered by the text that the settings hold for calls.

    That text comes back as a message of the account's own, not as a sent one. Rejecting a call tells nobody anything.
    """
    if not isinstance(data, list) or not data or not isinstance(data[0], Mapping):
        raise ConfigError("data is no list of calls; legal: a list with one object: from, id, status, …")
    told = dict(data[0])
    text = instance.settings.msgCall
    answer = None
    if text.strip() and told.get("status") == "offer":
        told["from"] = _reachable(engine, str(told.get("from")))
        await engine.scheduler.sleep(engine.world.whatsapp.send_s)
        answer = _answer(engine, instance, told["from"], text)
    engine.emit(instance.name, Call(told))
    if answer is not None:
        await upsert(engine, instance, {"messages": [answer], "type": "notify"})


def _reachable(engine: Engine, jid: str) -> str:
    """The number behind a privacy id, where the server has met both."""
    return engine.known_numbers.find(jid) or jid if jid.endswith("@lid") else jid


def _answer(engine: Engine, instance: Instance, jid: str, text: str) -> dict[str, Any]:
    return {
        "key": {"remoteJid": jid, "fromMe": True, "id": engine.ids.message(instance.name)},
        "message": {"conversation": text},
        "messageTimestamp": int(engine.clock.wall().timestamp()),
        "status": 1,
    }


HANDLERS = {"call": call}
