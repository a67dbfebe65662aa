"""What the find routes are asked, brought into the form that the archive's queries take.

Bodies are past their schemas, which leave much unchecked: what makes the real server's code or its database fail, fails
here with their texts; what they overlook is left out.
"""

from collections.abc import Mapping
from typing import Any

from fake_evolution.answers import native_error

_WHOLE_MAX = 2**53  # beyond, JavaScript's numbers are not whole, and none fits the database
Body = Mapping[str, Any]

_COUNTS = {"offset": "take", "take": "take", "page": "skip", "skip": "skip"}


def sound(body: Body) -> Body:
    """The body with whole numbers where it counts, and a filter that can be compared with rows."""
    counts = {name: _whole(body[name], argument) for name, argument in _COUNTS.items() if body.get(name) is not None}
    where = body.get("where")
    if not isinstance(where, Mapping):
        return {**body, **counts, "where": {}}
    jid = where.get("remoteJid")
    if jid and not isinstance(jid, str):
        raise native_error("query?.where?.remoteJid.includes is not a function")
    span, key = where.get("messageTimestamp"), where.get("key")
    cleaned = {
        **where,
        "messageTimestamp": span if isinstance(span, Mapping) else None,
        "key": key if isinstance(key, Mapping) else {},
    }
    return {**body, **counts, "where": cleaned}


def _whole(value: Any, argument: str) -> int:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not abs(value) <= _WHOLE_MAX or value != int(value):
        found = {bool: "Boolean", str: "String", float: "Float"}.get(type(value), "Object")
        raise native_error(
            f"\nInvalid `findMany()` invocation\nArgument `{argument}`: Invalid value provided. "
            f"Expected Int, provided {found}."
        )
    return int(value)
