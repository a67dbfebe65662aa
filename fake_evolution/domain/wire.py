"""How the values of WhatsApp's protocol are written as JSON.

A message is kept as a tree whose leaves may be bytes, 64-bit numbers (`Long`) and names of numbers (`Named`). The real
server writes such a tree in three ways, depending on where it shows it:

    events, send answers      objects         bytes {"0": 12, "1": …} · 64 bits {low, high, unsigned} · enums as numbers
    the database              stored          bytes as base64         · the rest as in events · keys in jsonb's order
    messages.edited, edits    protobuf JSON   bytes as base64 · 64 bits as digits · enums by name · empty lists absent
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_HALF_BITS = 32
_HALF = 1 << _HALF_BITS


class Wire(StrEnum):
    """The two ways in which versions of the real server write messages in events."""

    OBJECTS = "objects"
    PROTOBUF_JSON = "protobuf-json"


@dataclass(frozen=True, slots=True)
class Long:
    """A 64-bit number."""

    value: int
    unsigned: bool = False

    def parts(self) -> dict[str, Any]:
        """`{low, high, unsigned}`, both halves as signed 32-bit numbers."""
        low, high = self.value % _HALF, (self.value >> _HALF_BITS) % _HALF
        return {"low": _signed(low), "high": _signed(high), "unsigned": self.unsigned}


@dataclass(frozen=True, slots=True)
class Named:
    """A number of an enumeration, with its name."""

    number: int
    name: str


def _signed(half: int) -> int:
    return half - _HALF if half >= _HALF // 2 else half


def written(value: Any, wire: Wire = Wire.OBJECTS) -> Any:
    """A tree as events show it; the result shares nothing with the tree."""
    return protobuf_json(value) if wire is Wire.PROTOBUF_JSON else _objects(value)


def _objects(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _objects(found) for key, found in value.items()}
    if isinstance(value, list | tuple):
        return [_objects(found) for found in value]
    if isinstance(value, bytes):
        return {str(index): octet for index, octet in enumerate(value)}
    return _number(value)


def _number(value: Any) -> Any:
    if isinstance(value, Long):
        return value.parts()
    return value.number if isinstance(value, Named) else value


def stored(value: Any) -> Any:
    """A tree as the database gives it back: bytes in base64, short keys first and keys of one length by alphabet."""
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
        return {key: stored(found) for key, found in ordered}
    if isinstance(value, list | tuple):
        return [stored(found) for found in value]
    if isinstance(value, Long):
        return stored(value.parts())
    return b64encode(value).decode() if isinstance(value, bytes) else _number(value)


def protobuf_json(value: Any) -> Any:
    """A tree as the protocol library itself writes JSON."""
    if isinstance(value, Mapping):
        return {key: protobuf_json(found) for key, found in value.items() if found not in ([], ())}
    if isinstance(value, list | tuple):
        return [protobuf_json(found) for found in value]
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Long):
        return str(value.value)
    return value.name if isinstance(value, Named) else value
