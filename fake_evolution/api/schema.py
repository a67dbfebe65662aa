"""The real server's schema check, with its very words.

It uses version 1 of the npm package `jsonschema`: all failing rules are told, in the order of the schema's keywords,
required properties of an object before its nested ones; a rule's `description` replaces its text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and float(value).is_integer(),
    "number": _is_number,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def problems(value: Any, schema: Schema, path: str = "instance") -> list[str]:
    """The texts of all failing rules; none when the value is fine."""
    return [_worded(text, path, schema) for text in _failures(value, schema)] + [
        problem for nested, part, where in _nested(value, schema, path) for problem in problems(nested, part, where)
    ]


def _worded(text: str, path: str, schema: Schema) -> str:
    if "description" in schema:
        return str(schema["description"])
    return f"{path.removeprefix('instance.')} {text}"


def _failures(value: Any, schema: Schema) -> Iterator[str]:
    for keyword, rule in schema.items():
        check = _CHECKS.get(keyword)
        if check is not None:
            yield from check(value, rule)


def _nested(value: Any, schema: Schema, path: str) -> Iterator[tuple[Any, Schema, str]]:
    if isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield value[name], part, f"{path}.{name}"
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield item, schema["items"], f"{path}[{index}]"


def _type(value: Any, names: str | Sequence[str]) -> Iterator[str]:
    listed = [names] if isinstance(names, str) else list(names)
    if not any(_TYPES[name](value) for name in listed):
        yield f"is not of a type(s) {','.join(listed)}"


def _required(value: Any, names: Sequence[str]) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f'requires property "{name}"' for name in names if name not in value)


def _enum(value: Any, legal: Sequence[Any]) -> Iterator[str]:
    if value not in legal:
        yield f"is not one of enum values: {','.join(map(str, legal))}"


def _pattern(value: Any, pattern: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(pattern, value, re.ASCII):
        quoted = pattern.replace("\\", "\\\\")
        yield f'does not match pattern "{quoted}"'


def _min_length(value: Any, least: int) -> Iterator[str]:
    if isinstance(value, str) and len(value) < least:
        yield f"does not meet minimum length of {least}"


def _min_items(value: Any, least: int) -> Iterator[str]:
    if isinstance(value, list) and len(value) < least:
        yield f"does not meet minimum length of {least}"


def _unique(value: Any, wanted: bool) -> Iterator[str]:  # noqa: FBT001  a keyword's value
    if wanted and isinstance(value, list) and any(item in value[:index] for index, item in enumerate(value)):
        yield "contains duplicate item"


_CHECKS: Mapping[str, Callable[[Any, Any], Iterator[str]]] = {
    "type": _type,
    "required": _required,
    "enum": _enum,
    "pattern": _pattern,
    "minLength": _min_length,
    "minItems": _min_items,
    "uniqueItems": _unique,
}
