"""Walks two JSON values together: where their structure differs, and which leaves stand at one place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from contracts.recording import Json

Path = tuple[str | int, ...]


class Octets(tuple[int, ...]):
    """Bytes, which the wire has as an object with a numbered key for each."""

    __slots__ = ()


class Kind(StrEnum):
    """What is different."""

    STATUS = "status"
    HEADER = "header"
    MISSING = "missing"
    EXTRA = "extra"
    TYPE = "type"
    VALUE = "value"
    IDENTITY = "identity"
    WEBHOOK_MISSING = "webhook missing"
    WEBHOOK_EXTRA = "webhook extra"
    SOCKET = "socket"
    ORDER = "order"
    WAIT = "wait"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the replay is not the recording."""

    kind: Kind
    path: str
    expected: Json = None
    got: Json = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """Two values that stand at the same place; None of the others' keys are missing between them."""

    path: Path
    expected: Json
    got: Json


def path_text(path: Path) -> str:
    """`response.message[0].jid`; keys that are not plain words are quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[\w$-]+", part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def type_name(value: Json) -> str:
    """The JSON type; whole numbers and fractions are told apart, as they are on the wire."""
    names = {
        type(None): "null",
        bool: "boolean",
        int: "integer",
        float: "fraction",
        str: "text",
        list: "array",
        Octets: "bytes",
    }
    return names.get(type(value), "object")


def align(expected: Json, got: Json, path: Path = ()) -> Iterator[Leaf | Difference]:
    """Walks both values together; yields pairs of leaves, and a difference wherever the structure differs."""
    expected, got = unfolded(expected), unfolded(got)
    if type_name(expected) != type_name(got):
        yield Difference(Kind.TYPE, path_text(path), shortened(expected), shortened(got))
    elif isinstance(expected, dict):
        yield from _align_objects(expected, got, path)
    elif isinstance(expected, list):
        yield from _align_arrays(expected, got, path)
    else:
        yield Leaf(path, expected, got)


def _align_objects(expected: dict[str, Json], got: dict[str, Json], path: Path) -> Iterator[Leaf | Difference]:
    for key in [*expected, *(key for key in got if key not in expected)]:
        if key not in got:
            yield Difference(Kind.MISSING, path_text((*path, key)), shortened(expected[key]))
        elif key not in expected:
            yield Difference(Kind.EXTRA, path_text((*path, key)), None, shortened(got[key]))
        else:
            yield from align(expected[key], got[key], (*path, key))


def _align_arrays(expected: list[Json], got: list[Json], path: Path) -> Iterator[Leaf | Difference]:
    expected, got = _ordered(expected), _ordered(got)
    for index in range(max(len(expected), len(got))):
        if index >= len(got):
            yield Difference(Kind.MISSING, path_text((*path, index)), shortened(expected[index]))
        elif index >= len(expected):
            yield Difference(Kind.EXTRA, path_text((*path, index)), None, shortened(got[index]))
        else:
            yield from align(expected[index], got[index], (*path, index))


def _ordered(items: list[Json]) -> list[Json]:
    """Instance rows come in no defined order, so they are compared by name; other arrays stay as they are."""
    if all(isinstance(item, dict) and "connectionStatus" in item and "name" in item for item in items):
        return sorted(items, key=lambda row: str(row["name"]))
    return items


def unfolded(value: Json) -> Json:
    """JSON inside a text is compared as JSON: its times are new in every run. Bytes are one value."""
    if isinstance(value, dict) and value and _is_bytes(value):
        return Octets(value.values())
    if isinstance(value, str) and value.startswith("{"):
        try:
            return {"(json)": json.loads(value)}
        except ValueError:
            return value
    return value


def _is_bytes(value: dict[str, Json]) -> bool:
    numbered = all(key == str(index) for index, key in enumerate(value))
    return numbered and all(type(item) is int and item in range(256) for item in value.values())


def shortened(value: Json, characters_max: int = 160) -> Json:
    """Values as they are shown in a difference: bounded."""
    if isinstance(value, str):
        return value if len(value) <= characters_max else f"{value[:characters_max]}…"
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= characters_max else f"{text[:characters_max]}…"


def field_paths(value: Json, path: Path = ()) -> Iterator[tuple[str, str]]:
    """Every place of a value with its type."""
    if isinstance(unfolded(value), Octets):
        value = unfolded(value)
    yield path_text(path), type_name(value)
    if isinstance(value, dict):
        for key, item in value.items():
            yield from field_paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(_ordered(value)):
            yield from field_paths(item, (*path, index))
