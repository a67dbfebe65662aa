"""Calls of the WhatsApp library as /baileys passes them through; None stands for an answer without a body.

Only their outer shapes are known, from the library's documentation: nothing here was recorded.
"""

from collections.abc import Mapping
from typing import Any

from fake_evolution.asking import ask
from fake_evolution.domain.account import DEVICE
from fake_evolution.domain.messages import jid_of
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.numbers import is_on_whatsapp
from fake_evolution.people import picture_of

Body = Mapping[str, Any]


async def on_whatsapp(engine: Engine, name: str, body: Body) -> Any:
    """The one number asked for, when it exists."""
    await ask(engine, name, "onWhatsApp")
    jid = _jid(body)
    return [{"jid": jid, "exists": True}] if is_on_whatsapp(engine, jid) else []


async def profile_picture_url(engine: Engine, name: str, body: Body) -> Any:
    """The address of a picture, as a bare text."""
    await ask(engine, name, "profilePictureUrl")
    return picture_of(engine, _jid(body))


async def assert_sessions(engine: Engine, name: str, body: Body) -> Any:
    """Whether sessions had to be made: always, for whoever was asked for."""
    await ask(engine, name, "assertSessions")
    return bool(_jids(body))


async def create_participant_nodes(engine: Engine, name: str, body: Body) -> Any:
    """One node for each recipient, without its encrypted content."""
    await ask(engine, name, "createParticipantNodes")
    nodes = [{"tag": "to", "attrs": {"jid": jid}, "content": []} for jid in _jids(body)]
    return {"nodes": nodes, "shouldIncludeDeviceIdentity": False}


async def devices(engine: Engine, name: str, body: Body) -> Any:
    """The devices of the people asked for: everybody has one, the phone."""
    await ask(engine, name, "getUSyncDevices")
    return [{"user": jid.partition("@")[0], "device": 0} for jid in _jids(body)]


async def message_tag(engine: Engine, name: str, _body: Body) -> Any:
    """A tag for a node."""
    await ask(engine, name, "generateMessageTag")
    return f"{int(engine.clock.wall().timestamp())}.{int(engine.clock.now() * 1000)}-1"


async def send_node(engine: Engine, name: str, _body: Body) -> Any:
    """Send a node: nothing is answered."""
    await ask(engine, name, "sendNode")


async def decrypt_message(engine: Engine, name: str, _body: Body) -> Any:
    """Decrypt a message: there are no sessions here that it could belong to."""
    await ask(engine, name, "signalRepository")
    raise ThrownError("No session record")


async def auth_state(engine: Engine, name: str, _body: Body) -> Any:
    """Whose credentials the instance has."""
    instance = await ask(engine, name, "authState")
    if instance.phone is None:
        return {}
    me = {"id": f"{instance.phone.number}:{DEVICE}@s.whatsapp.net", "name": instance.phone.profile_name}
    return {"me": me}


def _jid(body: Body) -> str:
    jid = body.get("jid")
    if not isinstance(jid, str):
        raise ThrownError("Cannot read properties of undefined (reading 'split')", name="TypeError")
    return jid_of(jid)


def _jids(body: Body) -> list[str]:
    jids = body.get("jids")
    if not isinstance(jids, list) or not all(isinstance(jid, str) for jid in jids):
        raise ThrownError("jids is not iterable", name="TypeError")
    return [jid_of(jid) for jid in jids]
