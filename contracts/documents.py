"""The two documents of the contract: openapi.yaml (routes, webhooks) and asyncapi.yaml (webhooks, socket.io)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import join, normpath
from typing import Any

import yaml

from contracts.loader import SUFFIX, schema, schema_names
from contracts.recording import Json

ROOM = Path(__file__).parent
EMPTY = "x-may-be-empty"
"""Marks answers in openapi.yaml whose body is sometimes not there at all, which a schema cannot say."""

METHODS = ("get", "post", "put", "patch", "delete")
WITH_SLASHES = frozenset({"instanceName", "rest"})
_PARAMETER = re.compile(r"\{(\w+)\}")


@cache
def document(name: str) -> dict[str, Any]:
    """`openapi` or `asyncapi`, as it stands in its file."""
    return dict(yaml.safe_load((ROOM / f"{name}.yaml").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Operation:
    """One route of the contract: what it takes and what it answers, as names of schemas."""

    method: str
    path: str
    body: str | None
    media: frozenset[str]
    answers: Mapping[int, tuple[str, ...]]
    may_be_empty: frozenset[int]
    may_be_text: frozenset[int]

    @property
    def name(self) -> str:
        """`POST /instance/create`; the instance in the path goes without saying."""
        return f"{self.method} {self.path.removesuffix('/{instanceName}')}"

    def fits(self, path: str) -> bool:
        """Whether a path, as it was called, is one of this route."""
        return _pattern(self.path).fullmatch(path) is not None


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """A name of an instance may have slashes in it, an identifier may not."""
    parts = _PARAMETER.split(path)
    patterns = [
        re.escape(part) if index % 2 == 0 else ".+" if part in WITH_SLASHES else "[^/]+"
        for index, part in enumerate(parts)
    ]
    return re.compile("".join(patterns), re.DOTALL)


@cache
def operations() -> tuple[Operation, ...]:
    """Every route of openapi.yaml."""
    return tuple(
        _operation(method, path, item[method])
        for path, item in document("openapi")["paths"].items()
        for method in METHODS
        if method in item
    )


def _operation(method: str, path: str, found: Mapping[str, Any]) -> Operation:
    content = found.get("requestBody", {}).get("content", {})
    names = list(_schemas_in(content.get("application/json", {}).get("schema", {})))
    contents = {int(status): _answer(answer) for status, answer in found["responses"].items()}
    return Operation(
        method=method.upper(),
        path=path,
        body=names[0] if names else None,
        media=frozenset(content),
        answers={status: tuple(_schemas_in(answer)) for status, answer in contents.items()},
        may_be_empty=frozenset(status for status, answer in contents.items() if answer.get(EMPTY)),
        may_be_text=frozenset(
            status
            for status, answer in contents.items()
            if any(kind.startswith("text/") for kind in answer.get("content", {}))
        ),
    )


def _answer(answer: Mapping[str, Any]) -> Json:
    reference = answer.get("$ref")
    shared = document("openapi")["components"]["responses"]
    return shared[reference.rsplit("/", 1)[1]] if reference else answer


def _schemas_in(value: Json) -> Iterable[str]:
    """Names of the schema files that a part of a document refers to."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.endswith(SUFFIX):
            yield reference.removeprefix("schemas/").removesuffix(SUFFIX)
        for part in value.values():
            yield from _schemas_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _schemas_in(part)


def operation_of(method: str, path: str) -> Operation | None:
    """The route that a call went to; None when Evolution has no such route."""
    fitting = [found for found in operations() if found.method == method and found.fits(path)]
    return max(fitting, key=lambda found: len(_PARAMETER.sub("", found.path)), default=None)


def bundled(name: str = "openapi") -> dict[str, Any]:
    """A document with all schemas inside it, for tools that read one file."""
    whole = dict(_inside(document(name), ""))
    components = dict(whole["components"])
    schemas = dict(components.get("schemas", {}))
    for schema_name in schema_names():
        inside = {key: value for key, value in schema(schema_name).items() if key != "$schema"}
        schemas[_component(schema_name)] = _inside(inside, schema_name)
    components["schemas"] = schemas
    whole["components"] = components
    return whole


def _component(schema_name: str) -> str:
    return schema_name.replace("/", ".")


def _inside(value: Json, holder: str) -> Json:
    """A copy whose references point into the bundle; `holder` is the schema that the value is part of."""
    if isinstance(value, list):
        return [_inside(part, holder) for part in value]
    if not isinstance(value, dict):
        return value
    return {key: _moved(part, holder) if key == "$ref" else _inside(part, holder) for key, part in value.items()}


def _moved(reference: Json, holder: str) -> Json:
    """Where a reference of a schema, or of the document itself, points in the bundle."""
    if not isinstance(reference, str):
        return _inside(reference, holder)
    file, _, place = reference.partition("#")
    if not file:
        return f"#/components/schemas/{_component(holder)}{place}" if holder else reference
    target = normpath(join(holder, "..", file)) if holder else file.removeprefix("schemas/")
    return f"#/components/schemas/{_component(target.removesuffix(SUFFIX))}{place}"
