"""Scenarios as YAML files: read, checked, and found by name in the catalogue.

Every refusal is one line: file and line, path inside the file, what was found, what is legal.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from fake_evolution import ConfigError, World, unknown_name
from scenarios.dsl import CHANNELS_MAX, TENANTS_MAX, Channels, Expectation, JourneyPlan, Scenario
from scenarios.errors import ScenarioError
from scenarios.itinerary import Deadlines, Ends, QrBy
from scenarios.reading import PathError, line_of, read_flag, read_seconds, read_table, read_whole, read_word, shown
from scenarios.script import read_script

CATALOGUE = Path(__file__).parent / "catalogue"
FILE_BYTES_MAX = 1_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SEED_MAX = 2**63 - 1


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
    except PathError as error:
        line = line_of(node, error.path)
        raise ScenarioError(f"{path}:{line}: {error.path or 'the file'} {error.problem}") from error


def parse_scenario(content: Any, *, path: Path) -> Scenario:
    """The scenario that a parsed file describes; PathError where it is wrong."""
    known = ("name", "description", "seed", "world", "journey", "script", "channels", "expect", "gate")
    table = read_table(content, "", known)
    name = table.get("name", path.stem)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PathError("name", f"is {shown(name)}; legal: lower-case letters, digits and '-', up to 64")
    description = table.get("description", "")
    if not isinstance(description, str) or not description.strip():
        raise PathError("description", f"is {shown(description)}; legal: a sentence about what the scenario tries")
    return Scenario(
        name=name,
        description=" ".join(description.split()),
        seed=read_whole(table.get("seed", 1), "seed", 0, _SEED_MAX),
        world=_world(table.get("world", {})),
        journey=_journey(read_table(table.get("journey", {}), "journey", _JOURNEY_KEYS)),
        script=read_script(table.get("script", []), "script"),
        channels=_channels(read_table(table.get("channels", {}), "channels", _CHANNELS_KEYS)),
        expect=_expect(read_table(table.get("expect", {}), "expect", ("exercises",))),
        gate=read_flag(table.get("gate", False), "gate"),
        path=path,
    )


_JOURNEY_KEYS = ("again", "again_by", "qr_by", "ends", "reaction", "stay", "stay_after", "deadlines")
_CHANNELS_KEYS = ("count", "tenants", "every", "one_by_one")
_DEADLINE_KEYS = ("qr", "connected", "disconnected")


def _world(found: Any) -> World:
    try:
        return World.from_mapping(found, path="world")
    except ConfigError as error:
        message = str(error)
        at = re.match(r"world[\w.\[\]-]*", message)
        where = at[0] if at else "world"
        raise PathError(where, message.removeprefix(where).lstrip(": ")) from error


def _journey(table: Mapping[str, Any]) -> JourneyPlan:
    plan = JourneyPlan()
    waits = read_table(table.get("deadlines", {}), "journey.deadlines", _DEADLINE_KEYS)
    given = {f"{key}_s": read_seconds(value, f"journey.deadlines.{key}") for key, value in waits.items()}
    return JourneyPlan(
        again=read_flag(table.get("again", plan.again), "journey.again"),
        again_by=read_word(table.get("again_by", plan.again_by), "journey.again_by", QrBy),
        qr_by=read_word(table.get("qr_by", plan.qr_by), "journey.qr_by", QrBy),
        ends=read_word(table.get("ends", plan.ends), "journey.ends", Ends),
        reaction_s=_given(table, "reaction", plan.reaction_s, "journey"),
        stay_s=_given(table, "stay", plan.stay_s, "journey"),
        stay_after_s=read_seconds(table["stay_after"], "journey.stay_after") if "stay_after" in table else None,
        deadlines=Deadlines(**given),
    )


def _channels(table: Mapping[str, Any]) -> Channels:
    default = Channels()
    return Channels(
        count=read_whole(table.get("count", default.count), "channels.count", 1, CHANNELS_MAX),
        tenants=read_whole(table.get("tenants", default.tenants), "channels.tenants", 1, TENANTS_MAX),
        every_s=_given(table, "every", default.every_s, "channels"),
        one_by_one=read_flag(table.get("one_by_one", default.one_by_one), "channels.one_by_one"),
    )


def _expect(table: Mapping[str, Any]) -> Expectation:
    named = table.get("exercises", [])
    if not isinstance(named, list) or not all(isinstance(item, str) for item in named):
        raise PathError("expect.exercises", f"is {shown(named)}; legal: a list of invariants, as [I21, I27]")
    return Expectation(exercises=tuple(named))


def _given(table: Mapping[str, Any], key: str, default_s: float, path: str) -> float:
    return read_seconds(table[key], f"{path}.{key}") if key in table else default_s


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
