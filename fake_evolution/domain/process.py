"""What is left of an instance when the server's process ends: what the database has, and the stored session."""

from dataclasses import replace

from fake_evolution.domain.instance import Instance, Qr
from fake_evolution.domain.states import Phase

SCANNED = "WHATSAPP-BAILEYS"


def reborn(instance: Instance) -> Instance:
    """The instance as a new process finds it: rows and credentials stay, everything else begins again.

    The QR counter is gone, no envelope names a sender until the next open, and a row that says `open` is not believed.
    """
    return replace(
        instance,
        phase=Phase.CLOSED if instance.integration == SCANNED else Phase.OPEN,
        sockets=(),
        qr=Qr(),
        pairing_number=None,
        sender=None,
        socket_dead=False,
        away_s=0.0,
    )
