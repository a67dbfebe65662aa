"""The real server's schema check, with its very words.

It uses version 1 of the npm package `jsonschema`: all failing rules are told, keyword by keyword in the order in which
the schema has them; a rule's `description` replaces its text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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


_OBJECT_RULES = {"type", "properties"}
_PLAIN: Mapping[type, Schema] = {str: {"type": "string"}, bool: {"type": "boolean"}}


@dataclass(frozen=True, slots=True)
class Problem:
    """One failing rule: which part of the body it is about, and its text."""

    path: str
    text: str


def problems(value: Any, schema: Schema) -> list[str]:
    """The texts of all failing rules; none when the value is fine."""
    if _plainly_fits(value, schema):
        return []
    return [problem.text for problem in located_problems(value, schema)]


def _plainly_fits(value: Any, schema: Schema) -> bool:
    """Whether it needs no closer look: an object all of whose parts are texts or switches, and may be."""
    if type(value) is not dict or schema.keys() != _OBJECT_RULES or schema["type"] != "object":
        return False
    rules = schema["properties"]
    for name, part in value.items():
        rule = rules.get(name)
        if rule and rule != _PLAIN.get(type(part)):
            return False
    return True


def located_problems(value: Any, schema: Schema, path: str = "instance") -> list[Problem]:
    """All failing rules with the parts they are about, keyword by keyword; the whole body is called `instance`."""
    return [problem for keyword in schema for problem in _of_keyword(keyword, value, schema, path)]


def _of_keyword(keyword: str, value: Any, schema: Schema, path: str) -> Iterator[Problem]:
    if keyword in ("properties", "items"):
        for part, rules, where in _nested(keyword, value, schema, path):
            yield from located_problems(part, rules, where)
    elif keyword == "if":
        yield from _conditional(value, schema, path)
    elif keyword in _CHECKS:
        for text in _CHECKS[keyword](value, schema[keyword]):
            yield Problem(path.removeprefix("instance."), _worded(text, path, schema))


def _conditional(value: Any, schema: Schema, path: str) -> list[Problem]:
    """What `then` adds when an object has no other names than those of `if`, the only condition the server uses."""
    if not isinstance(value, dict) or set(value) - set(schema["if"]["propertyNames"]["enum"]):
        return []
    return located_problems(value, schema["then"], path)


def _worded(text: str, path: str, schema: Schema) -> str:
    if "description" in schema:
        return str(schema["description"])
    return f"{path.removeprefix('instance.')} {text}"


def _nested(keyword: str, value: Any, schema: Schema, path: str) -> Iterator[tuple[Any, Schema, str]]:
    if keyword == "properties" and isinstance(value, dict):
        for name, part in schema[keyword].items():
            if name in value:
                yield value[name], part, f"{path}.{name}"
    if keyword == "items" and isinstance(value, list):
        for index, item in enumerate(value):
            yield item, schema[keyword], f"{path}[{index}]"


def _type(value: Any, names: str | Sequence[str]) -> Iterator[str]:
    listed = [names] if isinstance(names, str) else list(names)
    if not any(_TYPES[name](value) for name in listed):
        yield f"is not of a type(s) {','.join(listed)}"


def _required(value: Any, names: Sequence[str]) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f'requires property "{name}"' for name in names if name not in value)


def _enum(value: Any, legal: Sequence[Any]) -> Iterator[str]:
    if not any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in legal):
        yield f"is not one of enum values: {','.join(_printed(one) for one in legal)}"


def _printed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pattern(value: Any, pattern: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(pattern, value, re.ASCII):
        quoted = pattern.replace("\\", "\\\\")
        yield f'does not match pattern "{quoted}"'


def _minimum(value: Any, least: float) -> Iterator[str]:
    if _is_number(value) and value < least:
        yield f"must be greater than or equal to {least}"


def _maximum(value: Any, most: float) -> Iterator[str]:
    if _is_number(value) and value > most:
        yield f"must be less than or equal to {most}"


def _min_length(value: Any, least: int) -> Iterator[str]:
    if isinstance(value, str) and len(value) < least:
        yield f"does not meet minimum length of {least}"


def _min_items(value: Any, least: int) -> Iterator[str]:
    if isinstance(value, list) and len(value) < least:
        yield f"does not meet minimum length of {least}"


def _max_items(value: Any, most: int) -> Iterator[str]:
    if isinstance(value, list) and len(value) > most:
        yield f"does not meet maximum length of {most}"


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
    "maxItems": _max_items,
    "minimum": _minimum,
    "maximum": _maximum,
    "uniqueItems": _unique,
}
