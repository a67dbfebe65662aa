"""The status contract: the only module that knows the five words, where they come from and how they move.

Everything else (database constraint, HTTP answers, socket events, README) takes its words from here. A move that is
not in `TRANSITIONS` is refused by `moved`; staying in a status is always legal.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ChannelStatus(StrEnum):
    """What a client is told about a channel; nothing else is ever stored or shown."""

    DISCONNECTED = "DISCONNECTED"
    CONNECTING = "CONNECTING"
    QRCODE = "QRCODE"
    CONNECTED = "CONNECTED"
    ERROR = "ERROR"


MEANINGS: Final[Mapping[ChannelStatus, str]] = {
    ChannelStatus.DISCONNECTED: "no WhatsApp session; the owner may start one",
    ChannelStatus.CONNECTING: "a session is being opened, linked or re-opened; nothing to do but wait",
    ChannelStatus.QRCODE: "a QR code is waiting to be scanned",
    ChannelStatus.CONNECTED: "linked to a phone and usable",
    ChannelStatus.ERROR: "the session could not be opened; the reason is shown and a new start may be tried",
}

_S = ChannelStatus

TRANSITIONS: Final[Mapping[ChannelStatus, frozenset[ChannelStatus]]] = {
    # Leaving DISCONNECTED takes a start, or Evolution telling, when asked, that the session is open after all.
    _S.DISCONNECTED: frozenset({_S.CONNECTING, _S.CONNECTED}),
    _S.CONNECTING: frozenset({_S.QRCODE, _S.CONNECTED, _S.DISCONNECTED, _S.ERROR}),
    # Back to CONNECTING: a scan closes the first socket and opens another before `open` comes.
    _S.QRCODE: frozenset({_S.CONNECTING, _S.CONNECTED, _S.DISCONNECTED, _S.ERROR}),
    # To QRCODE: the pairing was lost silently and Evolution asks for a new scan.
    _S.CONNECTED: frozenset({_S.CONNECTING, _S.QRCODE, _S.DISCONNECTED, _S.ERROR}),
    # To QRCODE and CONNECTED: Evolution was slower than our patience.
    _S.ERROR: frozenset({_S.CONNECTING, _S.QRCODE, _S.CONNECTED, _S.DISCONNECTED}),
}

FROM_EVOLUTION: Final[Mapping[str, ChannelStatus]] = {
    "close": _S.DISCONNECTED,
    "connecting": _S.CONNECTING,
    "open": _S.CONNECTED,
    "refused": _S.ERROR,
}


def is_known(word: str) -> bool:
    """Whether Evolution's word for a connection state is one this contract was written for."""
    return word in FROM_EVOLUTION


def from_evolution(word: str) -> ChannelStatus:
    """The status for Evolution's word for a connection state; an unknown word is ERROR, never nothing."""
    return FROM_EVOLUTION.get(word, ChannelStatus.ERROR)


def moved(old: ChannelStatus, new: ChannelStatus) -> ChannelStatus:
    """The new status, if the table allows the move."""
    if new != old and new not in TRANSITIONS[old]:
        legal = ", ".join(sorted(TRANSITIONS[old]))
        msg = f"a channel cannot move from {old} to {new}; legal from {old}: {legal}"
        raise ValueError(msg)
    return new


def published() -> dict[str, object]:
    """The contract as JSON for clients (`GET /api/channel-status`)."""
    return {
        "statuses": [{"status": status.value, "means": MEANINGS[status]} for status in ChannelStatus],
        "transitions": {old.value: sorted(new.value for new in TRANSITIONS[old]) for old in ChannelStatus},
        "fromEvolution": {word: status.value for word, status in FROM_EVOLUTION.items()},
        "unknownFromEvolution": ChannelStatus.ERROR.value,
    }


def markdown_table() -> str:
    """The transitions as the README shows them: one row a status, a mark for each legal move."""
    head = "| from \\ to | " + " | ".join(ChannelStatus) + " |"
    rule = "|---|" + "---|" * len(ChannelStatus)
    rows = [f"| **{old}** | " + " | ".join(_mark(old, new) for new in ChannelStatus) + " |" for old in ChannelStatus]
    return "\n".join([head, rule, *rows])


def _mark(old: ChannelStatus, new: ChannelStatus) -> str:
    if new == old:
        return "·"
    return "yes" if new in TRANSITIONS[old] else ""
