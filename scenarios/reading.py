"""Reads what a scenario file says: each value checked, each refusal with its path and what is legal."""

import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from fake_evolution import ConfigError, seconds, unknown_name

WAIT_S_MAX = 3600.0
TEXT_CHARS_MAX = 10_000

Word = TypeVar("Word", bound=StrEnum)

# A value of the file in an error, however large it is.
shown = reprlib.repr


class PathError(Exception):
    """Something at a path of the file is wrong."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or 'the file'} {problem}")
        self.path = path
        self.problem = problem


def read_table(found: Any, path: str, known: Sequence[str]) -> Mapping[str, Any]:
    """The mapping itself, when all its keys are known."""
    if not isinstance(found, Mapping):
        what = "empty" if found is None else f"a {type(found).__name__}"
        raise PathError(path, f"is {what}; legal: a mapping with {', '.join(known)}")
    for key in found:
        if key not in known:
            where = f"{path}.{key}" if path else str(key)
            raise PathError(where, f"is no key of a scenario: {unknown_name('key', str(key), known)}")
    return found


def read_seconds(value: Any, path: str) -> float:
    """A time with its unit, up to an hour."""
    try:
        duration_s = seconds(value, path)
    except ConfigError as error:
        raise PathError(path, str(error).removeprefix(path).lstrip()) from error
    if duration_s > WAIT_S_MAX:
        raise PathError(path, f"is {shown(value)}; legal: at most {WAIT_S_MAX:g} s")
    return duration_s


def read_whole(value: Any, path: str, least: int, most: int) -> int:
    """A whole number within its bounds."""
    if type(value) is not int or not least <= value <= most:
        raise PathError(path, f"is {shown(value)}; legal: a whole number from {least} to {most}")
    return value


def read_flag(value: Any, path: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise PathError(path, f"is {shown(value)}; legal: true or false")
    return value


def read_text(value: Any, path: str) -> str:
    """A text; what YAML takes for a number is one, too."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or len(value) > TEXT_CHARS_MAX:
        raise PathError(path, f"is {shown(value)}; legal: a text of at most {TEXT_CHARS_MAX} characters")
    return value


def read_word(value: Any, path: str, kind: type[Word]) -> Word:
    """One word of an enumeration; another lists the legal ones."""
    known = [word.value for word in kind]
    if value not in known:
        hint = unknown_name("word", value, known).partition("; ")[2] if isinstance(value, str) else ""
        near = f"; {hint.partition(' (')[0]}" if hint.startswith("did you") else ""
        raise PathError(path, f"is {shown(value)}; legal: {', '.join(known)}{near}")
    return kind(value)


def line_of(root: Any, path: str) -> int:
    """The line of the nearest thing on the path that the file has."""
    node, line = root, 1
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        step: Callable[[Any], tuple[Any, Any] | None] = _item(int(index)) if index else _entry(name)
        found = step(node)
        if found is None:
            break
        marked, node = found
        line = marked.start_mark.line + 1
    return line


def _entry(name: str) -> Callable[[Any], tuple[Any, Any] | None]:
    def find(node: Any) -> tuple[Any, Any] | None:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        return next(((key, value) for key, value in pairs if key.value == name), None)

    return find


def _item(index: int) -> Callable[[Any], tuple[Any, Any] | None]:
    def find(node: Any) -> tuple[Any, Any] | None:
        items = node.value if isinstance(node, yaml.SequenceNode) else ()
        return (items[index], items[index]) if index < len(items) else None

    return find
