"""The states of one WhatsApp connection inside the imitated server, as tables.

Two rules on top. First: the server knows every instance twice, in *memory* (what connectionState, connect and logout
see) and in the *database* (what fetchInstances shows), and the two may disagree: after the QR limit, during a silent
reconnect, after a crash. Second: a signal that has no entry under the present phase does not happen; for what a phone
or a caller asked that is a refusal, for what a WhatsApp socket reports it means that the socket is gone already.

            Connect                QrArrived              PhonePaired
    CLOSED ────────▶ (socket) ─▶ STARTING ─────────▶ QR ─────────────▶ PAIRED
      ▲  ▲                          ▲                │ ▲ │                │ SocketClosed 515
      │  │     refs used up (408)   └────────────────┘ └─┘ next QR        ▼
      │  └──── QR limit: refused ◀───────────────────┘             CLOSED, then OPENING
      │                                                                   │ SocketOpened
      └───── logged out (401, 402, 403, 406) ◀──────────────────────── OPEN
                                                 any other close: CLOSED, then OPENING at once, without an event
"""

from collections.abc import Mapping
from enum import StrEnum


class Link(StrEnum):
    """The three words of the API for a connection; `refused` is only ever seen in a webhook."""

    CLOSE = "close"
    CONNECTING = "connecting"
    OPEN = "open"


class Phase(StrEnum):
    """Where an instance stands in memory, finer than the API's words."""

    CLOSED = "closed"
    STARTING = "starting"
    QR = "qr"
    PAIRED = "paired"
    OPENING = "opening"
    OPEN = "open"


class Signal(StrEnum):
    """What can happen to an instance: names of the classes in `signals.py`."""

    CONNECT = "Connect"
    RESTART = "Restart"
    LOGOUT = "Logout"
    SOCKET_CONNECTING = "SocketConnecting"
    QR_ARRIVED = "QrArrived"
    PHONE_PAIRED = "PhonePaired"
    SOCKET_OPENED = "SocketOpened"
    SOCKET_CLOSED = "SocketClosed"
    CLEANED_UP = "CleanedUp"


MEMORY: Mapping[Phase, Link] = {
    Phase.CLOSED: Link.CLOSE,
    Phase.STARTING: Link.CONNECTING,
    Phase.QR: Link.CONNECTING,
    Phase.PAIRED: Link.CONNECTING,
    Phase.OPENING: Link.CONNECTING,
    Phase.OPEN: Link.OPEN,
}

# What may happen in which phase. A missing entry is the refusal.
_ANY = {Signal.CLEANED_UP}
_CONNECTING = _ANY | {Signal.LOGOUT, Signal.RESTART, Signal.SOCKET_CLOSED}
LEGAL: Mapping[Phase, frozenset[Signal]] = {
    Phase.CLOSED: frozenset(_ANY | {Signal.CONNECT, Signal.SOCKET_CONNECTING}),
    Phase.STARTING: frozenset(_CONNECTING | {Signal.SOCKET_CONNECTING, Signal.QR_ARRIVED}),
    Phase.QR: frozenset(_CONNECTING | {Signal.SOCKET_CONNECTING, Signal.QR_ARRIVED, Signal.PHONE_PAIRED}),
    Phase.PAIRED: frozenset(_CONNECTING),
    Phase.OPENING: frozenset(_CONNECTING | {Signal.SOCKET_CONNECTING, Signal.SOCKET_OPENED}),
    Phase.OPEN: frozenset(_ANY | {Signal.LOGOUT, Signal.RESTART, Signal.SOCKET_CLOSED}),
}

# Reasons after which WhatsApp has forgotten the device: the server does not try to reconnect.
LOGGED_OUT_CODES = frozenset({401, 402, 403, 406})
RESTART_REQUIRED = 515
CONNECTION_LOST = 408
QR_LIMIT_REASON = 428
