"""The control API's description of itself: an OpenAPI document, made of its calls and their types."""

import re
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from fake_evolution.api.asked import JSON, Control

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null", dict: "object"}
_INSTANCE = "No instance has this name."
_USUAL = {400: "The text says what was found and what would be legal.", 401: "The control key is missing or wrong."}
_DESCRIPTION = """What tests and people may do to the fake and its phones.

Times are seconds of the run's clock. An error is one sentence, which says what was found and what would be legal.
Where the fake was started with a control key, every call needs it in the header `x-control-key`."""
_OF_PATH = {
    "name": "The instance's name.",
    "group": "The group's address, as 120363000000000000@g.us.",
    "label": "The label's id.",
    "file": "One of the dashboard's files.",
}


def described(calls: Sequence[Control], *, version: str, prefix: str) -> dict[str, Any]:
    """The document of these calls."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Control API of the fake Evolution API", "version": version, "description": _DESCRIPTION},
        "servers": [{"url": prefix}],
        "security": [{}, {"control_key": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas.known, "Refusal": _REFUSAL},
            "securitySchemes": {"control_key": {"type": "apiKey", "in": "header", "name": "x-control-key"}},
        },
    }


def _operation(call: Control, schemas: "Schemas") -> dict[str, Any]:
    told = cleandoc(call.answer.__doc__ or "")
    operation: dict[str, Any] = {
        "operationId": _operation_id(call),
        "summary": told.partition(";")[0].partition(".")[0].partition("\n")[0],
        "description": told,
        "parameters": _parameters(call, schemas),
        "responses": _responses(call, schemas),
    }
    if call.takes is not None:
        operation["requestBody"] = {
            "required": not is_typeddict(call.takes),
            "content": {JSON: {"schema": schemas.of(call.takes)}},
        }
    return operation


def _operation_id(call: Control) -> str:
    whole = f"{call.method.lower()} {call.path}{'index' if call.path.endswith('/') else ''}"
    words = re.findall(r"[a-z]+", whole)
    return "_".join(words)


def _parameters(call: Control, schemas: "Schemas") -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "description": _OF_PATH[name], "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)", call.path)
    ]
    in_query = [
        {"name": name, "in": "query", "description": schema.pop("description"), "schema": schema}
        for name, schema in (schemas.properties(call.query) if call.query else {}).items()
    ]
    return in_path + in_query


def _responses(call: Control, schemas: "Schemas") -> dict[str, Any]:
    content = {"schema": {"type": "string"} if call.gives is None else schemas.of(call.gives)}
    told = "What was asked for." if call.gives is None else _sentence(call.gives)
    absent = {404: _INSTANCE} if "{name}" in call.path else {}
    refusals = {**({} if call.open_to_all else _USUAL), **absent, **call.also}
    return {
        str(call.status): {"description": told, "content": {call.media: content}},
        **{str(status): _refusal(text) for status, text in sorted(refusals.items())},
    }


def _refusal(text: str) -> dict[str, Any]:
    return {"description": text, "content": {JSON: {"schema": {"$ref": "#/components/schemas/Refusal"}}}}


def _sentence(kind: Any) -> str:
    return cleandoc(kind.__doc__) if is_typeddict(kind) and kind.__doc__ else "What there is now."


_REFUSAL = {
    "type": "object",
    "description": "Why not. A refused scan has its verdict instead.",
    "properties": {
        "error": {"type": "string", "description": "One sentence: what was found, what would be legal."},
        "kind": {"type": "string", "description": "The kind of error, for programs."},
    },
}


class Schemas:
    """JSON Schemas of types; every TypedDict becomes a named one."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return {**self.of(arguments[0]), "description": arguments[1]}
        if is_typeddict(kind):
            return self._named(kind)
        if origin is UnionType:
            return {"anyOf": [self.of(one) for one in arguments]}
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        return {} if kind is Any else {"type": _PLAIN[origin or kind]}

    def properties(self, kind: Any) -> dict[str, dict[str, Any]]:
        """The schemas of a TypedDict's keys."""
        return {name: self.of(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}

    def _named(self, kind: Any) -> dict[str, Any]:
        if kind.__name__ not in self.known:
            self.known[kind.__name__] = {}  # so that a type may contain itself
            schema: Mapping[str, Any] = {
                "type": "object",
                "properties": self.properties(kind),
                "required": sorted(kind.__required_keys__),
                **({"description": cleandoc(kind.__doc__)} if kind.__doc__ else {}),
            }
            self.known[kind.__name__] = {key: value for key, value in schema.items() if value != []}
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
