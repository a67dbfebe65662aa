"""The line to WhatsApp as the imitated server has it: what a missing, waiting, dead or closed socket throws."""

from fake_evolution.domain.instance import Instance
from fake_evolution.domain.states import Link, Phase
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError

_CLOSED = "Connection Closed"


async def ask(engine: Engine, name: str, *, method: str) -> None:
    """Ask WhatsApp something; ThrownError when the line does not carry it."""
    await _need(engine, name, method)
    await engine.scheduler.sleep(engine.world.whatsapp.query_s)


async def transmit(engine: Engine, name: str, *, method: str = "sendMessage") -> Instance:
    """Send a message; the instance as it is when WhatsApp has taken it. ThrownError when it has not."""
    await _need(engine, name, method)
    refusal = engine.world.whatsapp.fail_send
    if refusal is not None:
        raise ThrownError(refusal)
    await engine.scheduler.sleep(engine.world.whatsapp.send_s)
    return _open(engine, name)


async def signal(engine: Engine, name: str, *, method: str) -> None:
    """Tell WhatsApp something that it does not answer; ThrownError when the socket is not there."""
    if not has_client(engine, name):
        raise without_client(method)
    _open(engine, name)


def has_client(engine: Engine, name: str) -> bool:
    """Whether the instance ever had a socket in this process."""
    found = engine.instances.get(name)
    return found is not None and found.instance_id in engine.clients


def without_client(method: str) -> ThrownError:
    """What calling a method of a socket that was never made throws."""
    return ThrownError(f"Cannot read properties of undefined (reading '{method}')", name="TypeError")


async def _need(engine: Engine, name: str, method: str) -> None:
    if not has_client(engine, name):
        raise without_client(method)
    if engine.instance(name).phase in (Phase.STARTING, Phase.QR):
        await engine.scheduler.sleep(engine.world.whatsapp.unauthenticated_query_s)
        raise ThrownError("Timed Out")
    _open(engine, name)


def _open(engine: Engine, name: str) -> Instance:
    found = engine.instances.get(name)  # it may have been deleted meanwhile
    if found is None or found.memory is not Link.OPEN or found.socket_dead:
        raise ThrownError(_CLOSED)
    return found
