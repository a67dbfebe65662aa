"""Instances as stories: what they look like after something happened to them. Used by the tests of the domain."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.domain.instance import Facts, Instance, Step, step
from fake_evolution.domain.signals import (
    CleanedUp,
    Connect,
    Happening,
    Logout,
    Phone,
    PhonePaired,
    QrArrived,
    Restart,
    SocketClosed,
    SocketConnecting,
    SocketOpened,
)
from fake_evolution.domain.states import Phase, Signal
from fake_evolution.domain.whatsapp import WhatsApp
from fake_evolution.ids import Ids
from fake_evolution.rng import Rng

NOW = "2026-01-02T03:04:05.678Z"
PHONE = Phone("5531988887777", "Ana Lima", "https://pictures.invalid/ana.jpg")
FRESH = Instance(name="sales", instance_id="id-1", token="TOKEN-1", created_at=NOW, updated_at=NOW)
STARTING = (Connect(), SocketConnecting(1))
QR = (*STARTING, QrArrived(1, 0))
PAIRED = (*QR, PhonePaired(PHONE))
OPENING = (*PAIRED, SocketClosed(515, socket=1), SocketConnecting(2))
OPEN = (*OPENING, SocketOpened(2))
STORIES: Mapping[Phase, tuple[Happening, ...]] = {
    Phase.CLOSED: (),
    Phase.STARTING: STARTING,
    Phase.QR: QR,
    Phase.PAIRED: PAIRED,
    Phase.OPENING: OPENING,
    Phase.OPEN: OPEN,
}


def facts(*, qr_limit: int = 30, now: str = NOW, **whatsapp: Any) -> Facts:
    """What a step may know; images are drawn as a word."""
    return Facts(now, WhatsApp(**whatsapp), qr_limit, Ids(Rng(1)), lambda code: f"image of {code}")


def play(*happenings: Happening, start: Instance = FRESH, given: Facts | None = None) -> Step:
    """The last step of a story."""
    known = facts() if given is None else given
    last = Step(start)
    for happening in happenings:
        last = step(last.instance, happening, known)
    return last


def instance_in(phase: Phase, **changes: Any) -> Instance:
    """An instance that came to this phase in the usual way."""
    return replace(play(*STORIES[phase]).instance, **changes)


def sample(signal: Signal, instance: Instance) -> Happening:
    """One happening of each kind, aimed at the instance's newest socket."""
    socket = instance.sockets[-1] if instance.sockets else 1
    samples: tuple[Happening, ...] = (
        Connect(),
        Restart(),
        Logout(),
        SocketConnecting(socket),
        QrArrived(socket, 1),
        PhonePaired(PHONE),
        SocketOpened(socket),
        SocketClosed(408, socket=socket),
        CleanedUp(),
    )
    return next(happening for happening in samples if happening.SIGNAL is signal)
