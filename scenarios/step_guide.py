"""What steps there are, told to people (a table) and to editors (a JSON schema), by the steps themselves."""

from collections.abc import Mapping
from dataclasses import MISSING, Field
from enum import StrEnum
from inspect import cleandoc
from typing import Any

from scenarios.dsl import Moment
from scenarios.script import STEPS_MAX, WHOLE_MAX, arguments, time_text
from scenarios.steps.base import steps

_TIME: Mapping[str, Any] = {"$ref": "world.schema.json#/$defs/time"}


def step_table() -> str:
    """The steps as the Markdown table of the README."""
    rows = ["| step | its arguments | what happens |", "|---|---|---|"]
    for name in steps.names():
        kind = steps.find(name)
        told = ", ".join(_told(key, *one) for key, one in arguments(kind).items())
        rows.append(f"| `{name}` | {told or '—'} | {sentence(name)} |")
    return "\n".join(rows)


def sentence(name: str) -> str:
    """What a step does, in one sentence."""
    return " ".join(cleandoc(steps.find(name).__doc__ or "").split())


def script_schema() -> dict[str, Any]:
    """The part of the scenario's JSON schema that is about the script."""
    return {
        "description": "What happens beside the journey, at which of its moments.",
        "type": "array",
        "maxItems": STEPS_MAX,
        "items": {
            "type": "object",
            "required": ["at", "do"],
            "properties": {
                "at": {"enum": [moment.value for moment in Moment]},
                "after": {"description": "How long after the moment.", **_TIME},
                "do": {"enum": steps.names()},
                "once": {"description": "Once in the phase instead of once a channel.", "type": "boolean"},
            },
            "allOf": [_branch(name) for name in steps.names()],
            "unevaluatedProperties": False,
        },
    }


def _branch(name: str) -> dict[str, Any]:
    known = arguments(steps.find(name))
    needed = [key for key, (item, _) in known.items() if _is_needed(item)]
    then: dict[str, Any] = {"description": sentence(name)}
    then["properties"] = {key: _kind(item, kind) for key, (item, kind) in known.items()}
    return {
        "if": {"properties": {"do": {"const": name}}, "required": ["do"]},
        "then": then | ({"required": needed} if needed else {}),
    }


def _kind(item: Field[Any], kind: Any) -> dict[str, Any]:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [word.value for word in kind]}
    if kind is int:
        bounds = item.metadata
        return {"type": "integer", "minimum": bounds.get("least", 0), "maximum": bounds.get("most", WHOLE_MAX)}
    plain: dict[Any, dict[str, Any]] = {float: dict(_TIME), bool: {"type": "boolean"}}
    return plain.get(kind, {"type": ["string", "number"]} if kind is str else {"type": "object"})


def _told(key: str, item: Field[Any], kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        words = "|".join(f"`{word.value}`" for word in kind).replace("|", r" \| ")
        return f"`{key}`: {words}"
    if _is_needed(item):
        return f"`{key}` (must be given)"
    usual: Any = item.default if item.default_factory is MISSING else item.default_factory()
    shown = time_text(usual) if kind is float else str(usual).lower() if kind is bool else usual
    return f"`{key}` ({shown})" if shown not in ("", {}) else f"`{key}`"


def _is_needed(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING
