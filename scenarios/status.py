"""The words a channel's status may have, wherever a backend shows one."""

from enum import StrEnum


class ChannelStatus(StrEnum):
    """The canonical status; every other spelling is a broken contract."""

    DISCONNECTED = "DISCONNECTED"
    CONNECTING = "CONNECTING"
    QRCODE = "QRCODE"
    CONNECTED = "CONNECTED"
    ERROR = "ERROR"


CANONICAL = frozenset(status.value for status in ChannelStatus)
