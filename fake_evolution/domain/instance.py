"""One instance as a value, and the one function that moves it: `step`.

`step` takes an instance and something that happened, and gives the instance as it is afterwards, the events that the
server emits for it, in order, and what will happen later by itself. It decides nothing by chance and reads no clock:
the facts it needs are handed in.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from math import inf
from typing import Any, Protocol

from fake_evolution.domain.events import Event
from fake_evolution.domain.events.connection import (
    ConnectionClosed,
    ConnectionConnecting,
    ConnectionOpen,
    ConnectionRefused,
    LogoutInstance,
    StatusInstance,
)
from fake_evolution.domain.events.qrcode import QrcodeLimitReached, QrcodeUpdated
from fake_evolution.domain.settings import EventRow, ProxyRow, Settings, WebhookRow
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
from fake_evolution.domain.states import (
    CONNECTION_LOST,
    LEGAL,
    LOGGED_OUT_CODES,
    MEMORY,
    RESTART_REQUIRED,
    Link,
    Phase,
    Signal,
)
from fake_evolution.domain.whatsapp import WhatsApp
from fake_evolution.errors import IllegalSignalError


@dataclass(frozen=True, slots=True)
class Qr:
    """The QR object that connect answers; never cleared by the server, so it may be an old pairing's (Q8)."""

    count: int = 0
    code: str | None = None
    image: object = None  # whose text is the data URL: one that is drawn when it is first looked at
    pairing_code: str | None = None

    def answer(self) -> dict[str, Any]:
        """`{pairingCode?, code?, base64?, count}`; only the count while there is nothing else."""
        if self.code is None and self.pairing_code is None:
            return {"count": self.count}
        shown = (
            {} if self.code is None else {"code": self.code, "base64": None if self.image is None else str(self.image)}
        )
        return {"pairingCode": self.pairing_code, **shown, "count": self.count}


@dataclass(frozen=True, slots=True)
class Disconnection:
    """Why and when the last session ended, as the database row keeps it."""

    code: int
    at: str
    object_text: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A WhatsApp connection of the server: what it is, its two states, and its session."""

    name: str
    instance_id: str
    token: str
    created_at: str
    updated_at: str
    integration: str = "WHATSAPP-BAILEYS"
    number: str | None = None
    business_id: str | None = None
    settings: Settings = Settings()
    webhook: WebhookRow | None = None
    proxy: ProxyRow | None = None
    websocket: EventRow | None = None
    phase: Phase = Phase.CLOSED
    row: Link = Link.CLOSE
    sockets: tuple[int, ...] = ()  # live or about to be, newest last
    sockets_made: int = 0
    qr: Qr = Qr()
    pairing_number: str | None = None
    phone: Phone | None = None  # whose credentials are stored
    owner: Phone | None = None  # whom the row names; stays after a logout (Q25)
    sender: str | None = None  # what envelopes name; stays until the next open (Q24)
    disconnection: Disconnection | None = None
    socket_dead: bool = False  # died unnoticed
    sends_base64: bool = False  # what the webhook said when the last socket was made (Q12)
    away_s: float = 0.0

    @property
    def memory(self) -> Link:
        """What connectionState answers."""
        return MEMORY[self.phase]


@dataclass(frozen=True, slots=True)
class Later:
    """Something that will happen by itself."""

    delay_s: float
    happening: Happening


@dataclass(frozen=True, slots=True)
class Step:
    """What became of an instance: its new value, events in order of emission, and what comes later."""

    instance: Instance
    events: tuple[Event, ...] = ()
    later: tuple[Later, ...] = ()


class Codes(Protocol):
    """Where fresh codes come from."""

    def qr_code(self, owner: str, keys: str) -> str:
        """A pairing string, never the same twice."""

    def qr_keys(self, owner: str) -> str:
        """The keys at the end of a session's pairing strings."""

    def pairing_code(self, owner: str) -> str:
        """Eight characters to type."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a step may need to know of the world."""

    now: str  # UTC, ISO 8601 with milliseconds
    whatsapp: WhatsApp
    qr_limit: int
    codes: Codes
    draw: Callable[[str], object]  # code → what has the data URL as its text


def step(instance: Instance, happening: Happening, facts: Facts) -> Step:
    """What `happening` makes of `instance`; IllegalSignalError, and nothing has changed, when it cannot happen now."""
    legal = LEGAL[instance.phase]
    if happening.SIGNAL not in legal:
        names = ", ".join(sorted(legal - {Signal.CLEANED_UP}))
        raise IllegalSignalError(
            f"{happening.SIGNAL} is not legal while instance '{instance.name}' is '{instance.phase}'; "
            f"legal here: {names}"
        )
    return _HANDLERS[happening.SIGNAL](instance, happening, facts)


def _with_new_socket(instance: Instance, delay_s: float, **changes: Any) -> Step:
    socket = instance.sockets_made + 1
    base64 = instance.webhook is not None and instance.webhook.enabled and instance.webhook.base64
    moved = replace(instance, sockets_made=socket, socket_dead=False, sends_base64=base64, **changes)
    moved = replace(moved, sockets=(*moved.sockets, socket))
    return Step(moved, later=(Later(delay_s, SocketConnecting(socket)),))


def _connect(instance: Instance, happening: Connect, facts: Facts) -> Step:
    number = happening.number or instance.pairing_number
    return _with_new_socket(instance, facts.whatsapp.connect_s, pairing_number=number)


def _restart(instance: Instance, _happening: Restart, facts: Facts) -> Step:
    return Step(instance, later=(Later(facts.whatsapp.answer_s, SocketClosed(None)),))


def _logout(instance: Instance, _happening: Logout, facts: Facts) -> Step:
    if instance.socket_dead:
        return Step(instance)
    closed = SocketClosed(401, f"Log out instance: {instance.name}")
    return Step(instance, later=(Later(facts.whatsapp.answer_s, closed),))


def _socket_connecting(instance: Instance, happening: SocketConnecting, facts: Facts) -> Step:
    if happening.socket not in instance.sockets:
        return Step(instance)
    events = (ConnectionConnecting(instance.name),)
    if instance.phone is not None:
        opening = replace(instance, phase=Phase.OPENING, away_s=0.0)
        open_s = max(facts.whatsapp.open_s, instance.away_s)
        later = () if open_s == inf else (Later(open_s, SocketOpened(happening.socket)),)
        return Step(opening, events, later)
    first_s = facts.whatsapp.qr_first_s
    later = () if first_s == inf else (Later(first_s, QrArrived(happening.socket, 0)),)
    phase = Phase.STARTING if instance.phase is Phase.CLOSED else instance.phase
    return Step(replace(instance, phase=phase), events, later)


def _qr_arrived(instance: Instance, happening: QrArrived, facts: Facts) -> Step:
    if happening.socket not in instance.sockets:
        return Step(instance)
    if happening.pairing_code_asked:
        return _qr_shown(instance, happening, facts, counted=True)
    if instance.qr.count >= facts.qr_limit:
        return _refused(instance)
    if happening.reference >= facts.whatsapp.qr_refs:
        closed = SocketClosed(CONNECTION_LOST, "QR refs attempts ended", socket=happening.socket)
        return _socket_closed(instance, closed, facts)
    if instance.pairing_number is None:
        return _qr_shown(instance, happening, facts, counted=False)
    counted = replace(instance, qr=replace(instance.qr, count=instance.qr.count + 1))
    asked = replace(happening, pairing_code_asked=True)
    return Step(counted, later=(Later(facts.whatsapp.pairing_code_s, asked),))


def _qr_shown(instance: Instance, happening: QrArrived, facts: Facts, *, counted: bool) -> Step:
    owner = f"{instance.name}/{instance.instance_id}"
    code = facts.codes.qr_code(owner, facts.codes.qr_keys(f"{owner}/{happening.socket}"))
    typed = None if instance.pairing_number is None else facts.codes.pairing_code(owner)
    image = facts.draw(code)
    qr = Qr(instance.qr.count + (not counted), code, image, typed)
    event = QrcodeUpdated(instance.name, typed, code, image)
    shown = replace(instance, phase=Phase.QR, row=Link.CONNECTING, qr=qr, updated_at=facts.now)
    if happening.out_of_turn:
        return Step(shown, (event,))
    following = QrArrived(happening.socket, happening.reference + 1)
    wait_s = facts.whatsapp.qr_interval_s - (facts.whatsapp.pairing_code_s if counted else 0)
    return Step(shown, (event,), (Later(max(wait_s, 0), following),))


def _refused(instance: Instance) -> Step:
    """The limit: memory is closed and counts from 0 again, the row goes on saying `connecting` (Q7)."""
    closed = replace(instance, phase=Phase.CLOSED, sockets=(), qr=replace(instance.qr, count=0))
    return Step(closed, (QrcodeLimitReached(), ConnectionRefused(instance.name, instance.owner)))


def _phone_paired(instance: Instance, happening: PhonePaired, facts: Facts) -> Step:
    paired = replace(instance, phase=Phase.PAIRED, phone=happening.phone, sockets=instance.sockets[-1:])
    restart = SocketClosed(RESTART_REQUIRED, "Stream Errored (restart required)", socket=paired.sockets[-1])
    return Step(paired, later=(Later(facts.whatsapp.restart_s, restart),))


def _socket_opened(instance: Instance, happening: SocketOpened, facts: Facts) -> Step:
    phone = instance.phone
    if phone is None or happening.socket not in instance.sockets:
        return Step(instance)
    is_open = replace(
        instance,
        phase=Phase.OPEN,
        row=Link.OPEN,
        owner=phone,
        sender=phone.jid,
        sockets=(happening.socket,),
        updated_at=facts.now,
    )
    return Step(is_open, (ConnectionOpen(instance.name, phone),))


def _socket_closed(instance: Instance, happening: SocketClosed, facts: Facts) -> Step:
    if happening.socket is not None and happening.socket not in instance.sockets:
        return Step(instance)
    if happening.code in LOGGED_OUT_CODES:
        return _session_over(instance, happening, facts)
    away = {"phase": Phase.CLOSED, "sockets": (), "away_s": happening.away_s}
    return _with_new_socket(instance, facts.whatsapp.reconnect_s, **away)


def _session_over(instance: Instance, happening: SocketClosed, facts: Facts) -> Step:
    code = happening.code or 0
    text = _boom(code, happening.message, facts.now)
    closed = replace(
        instance,
        phase=Phase.CLOSED,
        row=Link.CLOSE,
        sockets=(),
        phone=None,
        disconnection=Disconnection(code, facts.now, text),
        updated_at=facts.now,
    )
    status = StatusInstance(instance.name, facts.now, code, text)
    return Step(closed, (status, LogoutInstance(), ConnectionClosed(instance.name, code)))


def _boom(code: int, message: str, at: str) -> str:
    """The last disconnect as the row keeps it: a JSON text of the library's error object."""
    payload = {"statusCode": code, "error": HTTPStatus(code).phrase, "message": message}
    output = {"statusCode": code, "payload": payload, "headers": {}}
    error = {"data": None, "isBoom": True, "isServer": False, "output": output}
    return json.dumps({"error": error, "date": at}, separators=(",", ":"), ensure_ascii=False)


def _cleaned_up(instance: Instance, _happening: CleanedUp, facts: Facts) -> Step:
    """Late, it hits the session that was paired meanwhile: row and credentials of that one are gone (Q31)."""
    return Step(replace(instance, row=Link.CLOSE, phone=None, updated_at=facts.now))


_HANDLERS: Mapping[Signal, Callable[[Instance, Any, Facts], Step]] = {
    Signal.CONNECT: _connect,
    Signal.RESTART: _restart,
    Signal.LOGOUT: _logout,
    Signal.SOCKET_CONNECTING: _socket_connecting,
    Signal.QR_ARRIVED: _qr_arrived,
    Signal.PHONE_PAIRED: _phone_paired,
    Signal.SOCKET_OPENED: _socket_opened,
    Signal.SOCKET_CLOSED: _socket_closed,
    Signal.CLEANED_UP: _cleaned_up,
}
