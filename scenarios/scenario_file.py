"""Scenarios as YAML files: read, checked, and found by name in the catalogue.

Every refusal is one line: file and line, path inside the file, what was found, what is legal.
"""

import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from fake_evolution import ConfigError, World, seconds, unknown_name
from scenarios.dsl import CHANNELS_MAX, Channels, Expectation, JourneyPlan, Scenario
from scenarios.errors import ScenarioError
from scenarios.itinerary import Deadlines

CATALOGUE = Path(__file__).parent / "catalogue"
FILE_BYTES_MAX = 1_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SEED_MAX = 2**63 - 1
_WAIT_S_MAX = 3600.0


class _PathError(Exception):
    """Something at a path of the file is wrong."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(problem)
        self.path = path
        self.problem = problem


def catalogue(folder: Path = CATALOGUE) -> tuple[Scenario, ...]:
    """Every scenario of the folder, by name."""
    return tuple(load_scenario(path) for path in sorted(folder.glob("*.yaml"), key=lambda path: path.stem))


def find_scenario(name: str, folder: Path = CATALOGUE) -> Scenario:
    """The scenario of that name, or of that file; an unknown name lists the known ones."""
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return load_scenario(Path(name))
    path = folder / f"{name}.yaml"
    known = sorted(found.stem for found in folder.glob("*.yaml"))
    if name not in known:
        raise ScenarioError(f"{unknown_name('scenario', name, known)}; or give a YAML file")
    return load_scenario(path)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file; ScenarioError names file, line, path, what was found and what is legal."""
    text = _text(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ScenarioError(f"{path}: not YAML: {_yaml_problem(error)}") from error
    try:
        return parse_scenario(content, path=path)
    except _PathError as error:
        line = _line(node, error.path)
        raise ScenarioError(f"{path}:{line}: {error.path or 'the file'} {error.problem}") from error


def parse_scenario(content: Any, *, path: Path) -> Scenario:
    """The scenario that a parsed file describes."""
    known = ("name", "description", "seed", "world", "journey", "channels", "expect", "gate")
    table = _table(content, "", known)
    name = table.get("name", path.stem)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _PathError("name", f"is {_shown(name)}; legal: lower-case letters, digits and '-', up to 64")
    description = table.get("description", "")
    if not isinstance(description, str) or not description.strip():
        raise _PathError("description", f"is {_shown(description)}; legal: a sentence about what the scenario tries")
    return Scenario(
        name=name,
        description=" ".join(description.split()),
        seed=_whole(table.get("seed", 1), "seed", 0, _SEED_MAX),
        world=_world(table.get("world", {})),
        journey=_journey(_table(table.get("journey", {}), "journey", _JOURNEY_KEYS)),
        channels=_channels(_table(table.get("channels", {}), "channels", _CHANNELS_KEYS)),
        expect=_expect(_table(table.get("expect", {}), "expect", ("exercises",))),
        gate=_flag(table.get("gate", False), "gate"),
        path=path,
    )


_JOURNEY_KEYS = ("again", "reaction", "stay", "deadlines")
_CHANNELS_KEYS = ("count", "every", "one_by_one")
_DEADLINE_KEYS = ("qr", "connected", "disconnected")


def _world(found: Any) -> World:
    try:
        return World.from_mapping(found, path="world")
    except ConfigError as error:
        message = str(error)
        at = re.match(r"world[\w.\[\]-]*", message)
        where = at[0] if at else "world"
        raise _PathError(where, message.removeprefix(where).lstrip(": ")) from error


def _journey(table: Mapping[str, Any]) -> JourneyPlan:
    plan = JourneyPlan()
    waits = _table(table.get("deadlines", {}), "journey.deadlines", _DEADLINE_KEYS)
    given = {f"{key}_s": _seconds(value, f"journey.deadlines.{key}") for key, value in waits.items()}
    return JourneyPlan(
        again=_flag(table.get("again", plan.again), "journey.again"),
        reaction_s=_given(table, "reaction", plan.reaction_s, "journey"),
        stay_s=_given(table, "stay", plan.stay_s, "journey"),
        deadlines=Deadlines(**given),
    )


def _channels(table: Mapping[str, Any]) -> Channels:
    default = Channels()
    return Channels(
        count=_whole(table.get("count", default.count), "channels.count", 1, CHANNELS_MAX),
        every_s=_given(table, "every", default.every_s, "channels"),
        one_by_one=_flag(table.get("one_by_one", default.one_by_one), "channels.one_by_one"),
    )


def _expect(table: Mapping[str, Any]) -> Expectation:
    named = table.get("exercises", [])
    if not isinstance(named, list) or not all(isinstance(item, str) for item in named):
        raise _PathError("expect.exercises", f"is {_shown(named)}; legal: a list of invariants, as [I21, I27]")
    return Expectation(exercises=tuple(named))


def _given(table: Mapping[str, Any], key: str, default_s: float, path: str) -> float:
    return _seconds(table[key], f"{path}.{key}") if key in table else default_s


def _seconds(value: Any, path: str) -> float:
    try:
        duration_s = seconds(value, path)
    except ConfigError as error:
        raise _PathError(path, str(error).removeprefix(path).lstrip()) from error
    if duration_s > _WAIT_S_MAX:
        raise _PathError(path, f"is {_shown(value)}; legal: at most {_WAIT_S_MAX:g} s")
    return duration_s


def _whole(value: Any, path: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise _PathError(path, f"is {_shown(value)}; legal: a whole number from {least} to {most}")
    return value


def _flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise _PathError(path, f"is {_shown(value)}; legal: true or false")
    return value


def _table(found: Any, path: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        what = "empty" if found is None else f"a {type(found).__name__}"
        raise _PathError(path, f"is {what}; legal: a mapping with {', '.join(known)}")
    for key in found:
        if key not in known:
            where = f"{path}.{key}" if path else str(key)
            raise _PathError(where, f"is no key of a scenario: {unknown_name('key', str(key), known)}")
    return found


# A value of the file in an error, however large it is.
_shown = reprlib.repr


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise ScenarioError(f"{path} has more than {FILE_BYTES_MAX} bytes; a scenario has a few hundred")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        problem = error.strerror or str(error)
        raise ScenarioError(f"scenario file {path} cannot be read: {problem}; give a YAML file") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"scenario file {path} is not text in UTF-8 (byte {error.start})") from error


def _yaml_problem(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return f"{getattr(error, 'problem', None) or type(error).__name__}{where}"


def _line(root: Any, path: str) -> int:
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
