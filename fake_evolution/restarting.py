"""The server's process goes away and comes back: what is lost, and what begins by itself.

restart ─▶ pending retries, answers that are still waited for and everything in memory are lost
   │       connections are closed without an answer while the server is down
   └─ down_s ─▶ boot: every stored instance is connected: a stored session opens, all others start QR codes
"""

from fake_evolution.domain.instance import Instance
from fake_evolution.domain.process import SCANNED, reborn
from fake_evolution.domain.signals import Connect
from fake_evolution.domain.states import Link
from fake_evolution.engine import Engine
from fake_evolution.errors import IllegalSignalError


async def restart(engine: Engine, *, down_s: float) -> None:
    """Let the process end now and boot `down_s` seconds later; IllegalSignalError while it is down."""
    if engine.down:
        raise IllegalSignalError("the server is down already; a restart is legal once it is back")
    engine.down = True
    engine.journal.write("server.restart", down_s=down_s, instances=len(engine.instances))
    engine.scheduler.clear()
    await engine.end_process()
    for found in tuple(engine.instances.values()):
        engine.keep(found, reborn(found), cause="ServerRestart")
    engine.scheduler.after(down_s, lambda: _boot(engine))


def _boot(engine: Engine) -> None:
    """Nothing connects without stored instances; a newer server leaves closed ones closed."""
    engine.down = False
    connected = [found.name for found in engine.instances.values() if _connects(engine, found)]
    engine.journal.write("server.back", instances=len(engine.instances), connected=len(connected))
    for name in connected:
        engine.apply(name, Connect())


def _connects(engine: Engine, found: Instance) -> bool:
    wanted = engine.profile.boot_connects_closed or found.row is not Link.CLOSE
    return found.integration == SCANNED and wanted and "INSTANCE" in engine.settings.saves
