"""The script of a scenario, read and written: which step at which moment, with which arguments.

script:
- {at: connected, after: 500ms, do: receive-messages, count: 3}
- {at: qr, do: kill-backend, once: true, down: 2s}
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast, get_type_hints

from fake_evolution import unknown_name
from scenarios.dsl import Moment, Step
from scenarios.reading import (
    PathError,
    read_flag,
    read_seconds,
    read_table,
    read_text,
    read_whole,
    read_word,
    shown,
)
from scenarios.steps.base import Action, steps

STEPS_MAX = 100
OF_STEP = ("at", "after", "do", "once")
WHOLE_MAX = 1_000_000


def read_script(found: Any, path: str) -> tuple[Step, ...]:
    """All steps of a script; PathError names the first that is wrong."""
    if not isinstance(found, list) or len(found) > STEPS_MAX:
        raise PathError(path, f"is {shown(found)}; legal: a list of at most {STEPS_MAX} steps")
    return tuple(_step(row, f"{path}[{index}]") for index, row in enumerate(found))


def action_of(step: Step) -> Action:
    """What the step does; TypeError for arguments that no file could have brought."""
    return steps.find(step.do)(**step.args)


def step_mapping(step: Step) -> dict[str, Any]:
    """The step as a file has it: `read_script` makes the same step of it."""
    mapping: dict[str, Any] = {"at": step.at.value, "do": step.do}
    if step.after_s:
        mapping["after"] = time_text(step.after_s)
    if step.once:
        mapping["once"] = True
    return mapping | {file_name(name): _written(name, value) for name, value in step.args.items()}


def time_text(value_s: float) -> str:
    """Seconds as a file has them; reading gives the very same number back."""
    return f"{Decimal(repr(float(value_s))):f}".removesuffix(".0") + "s"


def file_name(name: str) -> str:
    """The key of a field in a file."""
    return name.removesuffix("_s")


def arguments(kind: type[Action]) -> dict[str, tuple[Field[Any], Any]]:
    """The arguments of a step by their keys in a file: field and type."""
    # Every step is a dataclass, which no protocol can say; a test looks at all of them.
    kind_of_step, types = cast("Any", kind), get_type_hints(kind)
    return {file_name(item.name): (item, types[item.name]) for item in fields(kind_of_step)}


def _step(row: Any, path: str) -> Step:
    if not isinstance(row, Mapping):
        raise PathError(path, f"is {shown(row)}; legal: a mapping with at, do and the step's own arguments")
    for key in ("at", "do"):
        if key not in row:
            legal = ", ".join(moment.value for moment in Moment) if key == "at" else ", ".join(steps.names())
            raise PathError(path, f"lacks '{key}'; legal: {legal}")
    do = row["do"]
    if not isinstance(do, str) or do not in steps.names():
        raise PathError(f"{path}.do", f"is no step: {unknown_name('step', str(do), steps.names())}")
    known = arguments(steps.find(do))
    read_table(row, path, (*OF_STEP, *known))
    return Step(
        at=read_word(row["at"], f"{path}.at", Moment),
        do=do,
        after_s=read_seconds(row["after"], f"{path}.after") if "after" in row else 0.0,
        once=read_flag(row.get("once", False), f"{path}.once"),
        args=_arguments(row, known, do, path),
    )


def _arguments(
    row: Mapping[str, Any], known: Mapping[str, tuple[Field[Any], Any]], do: str, path: str
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for key, (item, kind) in known.items():
        if key in row:
            given[item.name] = _value(item, kind, row[key], f"{path}.{key}")
        elif item.default is MISSING and item.default_factory is MISSING:
            raise PathError(path, f"lacks '{key}', without which {do} cannot be done; legal: {_legal(item, kind)}")
    return given


def _value(item: Field[Any], kind: Any, value: Any, path: str) -> Any:
    if kind is float:
        return read_seconds(value, path)
    if kind is int:
        return read_whole(value, path, item.metadata.get("least", 0), item.metadata.get("most", WHOLE_MAX))
    if kind is bool:
        return read_flag(value, path)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return read_word(value, path, kind)
    if kind is str:
        return read_text(value, path)
    if not isinstance(value, Mapping):
        raise PathError(path, f"is {shown(value)}; legal: a mapping")
    return dict(value)


def _legal(item: Field[Any], kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(word.value for word in kind)
    if kind is int:
        return f"a whole number from {item.metadata.get('least', 0)} to {item.metadata.get('most', WHOLE_MAX)}"
    return {float: "a time with its unit, as 2s", bool: "true or false", str: "a text"}.get(kind, "a mapping")


def _written(name: str, value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return time_text(value) if name.endswith("_s") else value
