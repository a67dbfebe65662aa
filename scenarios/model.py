"""The channel model: what a channel may show after whatever can happen to it, in one table.

A row is what the channel shows, a column what happens to it then, a cell what it may show afterwards, once that has
been dealt with. Everything that moves a channel is a column: there is no other reason for a change, so a change without
one is a wrong one. The table says what is legal for any right backend, not what one of them does: a backend may know
better by asking Evolution, and what Evolution answers counts as having been told.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Shown(StrEnum):
    """What a person sees of a channel: its status, or that there is no such channel (any more)."""

    DISCONNECTED = "DISCONNECTED"
    CONNECTING = "CONNECTING"
    QRCODE = "QRCODE"
    CONNECTED = "CONNECTED"
    ERROR = "ERROR"
    GONE = "gone"


class Cause(StrEnum):
    """What can happen to a channel."""

    CREATE = "create"  # a person clicks
    START = "start"
    NEW_QR = "new QR"
    DISCONNECT = "disconnect"
    DELETE = "delete"
    QR = "QR"  # Evolution tells, by webhook or when it is asked
    CONNECTING = "connecting"
    OPEN = "open"
    CLOSE = "close"
    REFUSED = "refused"
    STRANGE = "strange"  # a word that nobody has heard of, or a message that nobody can read
    STALE = "stale"  # told before, older than what is known, or of a session that is over
    FORGED = "forged"  # told by somebody else
    SILENCE = "silence"  # time goes by, and nobody tells anything


_D, _C, _Q, _O, _E, _G = Shown
_ON_ITS_WAY = frozenset({_C, _Q})
_STARTED = frozenset({_C, _Q, _O, _E})
_NONE: frozenset[Shown] = frozenset()


def _row(stays: Shown, **cells: Iterable[Shown]) -> dict[Cause, frozenset[Shown]]:
    """A row of the table; where no cell is given the channel stays as it is."""
    given = {Cause[name]: frozenset(cell) for name, cell in cells.items()}
    return {cause: given.get(cause, frozenset({stays})) for cause in Cause}


MODEL: Final[Mapping[Shown, Mapping[Cause, frozenset[Shown]]]] = {
    # Only a person brings it out of here (who may be refused), or Evolution with the news that a session is open.
    _D: _row(_D, START={_D, *_STARTED}, NEW_QR={_D, *_STARTED}, DELETE={_G}, OPEN={_D, _O}),
    _C: _row(
        _C,
        START=_STARTED,
        NEW_QR=_STARTED,
        DISCONNECT={_D},
        DELETE={_G},
        # A code from before the scan brings nothing.
        QR={_Q, _C},
        OPEN={_O},
        # After the scan the first connection is closed and another one opened.
        CLOSE={_D, _C, _E},
        REFUSED={_E, _D},
        STRANGE={_C, _E},
        SILENCE={_C, _E, _D},
    ),
    _Q: _row(
        _Q,
        START=_STARTED,
        NEW_QR=_STARTED,
        DISCONNECT={_D},
        DELETE={_G},
        CONNECTING={_Q, _C},
        OPEN={_O},
        CLOSE={_D, _C, _Q, _E},
        REFUSED={_E, _D},
        STRANGE={_Q, _E},
        SILENCE={_Q, _E, _D},
    ),
    # Time alone never takes a connection away.
    _O: _row(
        _O,
        NEW_QR={_O, _C, _Q},
        DISCONNECT={_D},
        DELETE={_G},
        # The pairing was lost without a word, and Evolution wants a new scan.
        QR={_Q, _O},
        CONNECTING={_O, _C},
        CLOSE={_D, _C, _O, _E},
        REFUSED={_E, _D, _O},
        STRANGE={_O, _E},
    ),
    _E: _row(
        _E,
        START=_STARTED,
        NEW_QR=_STARTED,
        DISCONNECT={_D, _E},
        DELETE={_G},
        # Evolution was slower than the backend's patience.
        QR={_Q, _E},
        CONNECTING={_C, _E},
        OPEN={_O},
        CLOSE={_D, _E},
        REFUSED={_E, _D},
        SILENCE={_E, _D},
    ),
    _G: _row(_G, CREATE={_D}),
}

SHOWS_A_QR: Final = frozenset({Shown.QRCODE})
"""Where a QR code may be seen; anywhere else it could not be scanned any more."""

CAUSE_OF_STATE: Final[Mapping[str, Cause]] = {
    "connecting": Cause.CONNECTING,
    "open": Cause.OPEN,
    "close": Cause.CLOSE,
    "refused": Cause.REFUSED,
}
CAUSE_OF_CLICK: Final[Mapping[str, Cause]] = {
    "create": Cause.CREATE,
    "start": Cause.START,
    "request_qr": Cause.NEW_QR,
    "disconnect": Cause.DISCONNECT,
    "delete": Cause.DELETE,
}
NEVER_MOVES: Final = frozenset({Cause.STALE, Cause.FORGED})


def cause_of_state(state: str | None) -> Cause:
    """What it means that Evolution uses this word for a connection's state."""
    return CAUSE_OF_STATE.get(state or "", Cause.STRANGE)


def allowed(before: str | None, cause: Cause) -> frozenset[Shown]:
    """What may be shown after the cause; after an unknown status or none, anything that the cause can bring about."""
    if before is not None and before in MODEL:
        return MODEL[Shown(before)][cause]
    return frozenset().union(*(row[cause] for row in MODEL.values()))


def reachable(before: str | None, causes: Iterable[Cause]) -> frozenset[Shown]:
    """What may be shown after these causes, dealt with in any order, once or again, or not yet."""
    causes = tuple(causes)
    found = frozenset({Shown(before)}) if before is not None and before in MODEL else frozenset(Shown) - {Shown.GONE}
    while True:
        further = found.union(*(MODEL[shown][cause] for shown in found for cause in causes))
        if further == found:
            return found
        found = further


def markdown_table() -> str:
    """The table as documentation, turned round to fit a page; `·` where the channel stays as it is."""
    head = "| then \\ shown before | " + " | ".join(Shown) + " |"
    rule = "|---|" + "---|" * len(Shown)
    rows = (
        f"| **{cause}** | " + " | ".join(_cell(shown, MODEL[shown][cause]) for shown in Shown) + " |" for cause in Cause
    )
    return "\n".join([head, rule, *rows])


def _cell(stays: Shown, cell: frozenset[Shown]) -> str:
    others = [shown.value for shown in Shown if shown in cell and shown != stays]
    return ", ".join(["·", *others] if stays in cell else others)
