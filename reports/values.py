"""Careful reading of JSON values: a report shows what is there, whatever a crashed run left behind."""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

Row = Mapping[str, Any]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TEXT_CHARS_MAX = 2_000


def row(value: object) -> Row:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows(value: object) -> tuple[Row, ...]:
    """The objects of a list; whatever else is in it is left out."""
    return tuple(entry for entry in value if isinstance(entry, Mapping)) if isinstance(value, list) else ()


def number(value: object) -> float | None:
    """The value if it is a finite number; truth values are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None


def whole(value: object) -> int:
    """The value as a count; 0 for what is none."""
    found = number(value)
    return int(found) if found is not None else 0


def text(value: object) -> str:
    """The value in words: lists and objects are joined, nothing is nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case Mapping():
            found = "; ".join(f"{key}: {text(entry)}" for key, entry in value.items() if text(entry))
        case list() | tuple():
            found = "; ".join(text(entry) for entry in value)
        case _:
            found = str(value)
    return printable(found[:_TEXT_CHARS_MAX])


def printable(value: str) -> str:
    """The text without characters that neither XML nor a screen can show."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)


def seconds(value: float | None) -> str:
    """A duration for people; None is never."""
    if value is None:
        return "never"
    return f"{value:.2f} s" if value < 100 else f"{value:.0f} s"  # noqa: PLR2004  no false precision


def percent(share: float | None) -> str:
    """A share for people, rounded down so that 99.96 % never looks like all."""
    if share is None:
        return "no samples"
    tenths = int(share * 1000 + 1e-9)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"
