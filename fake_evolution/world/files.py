"""World files: read from disk, refused with file, line and path."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fake_evolution.errors import ConfigError, in_one_line, unknown_name
from fake_evolution.world import KEYS, World

FILE_BYTES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class NamedWorld:
    """A world that can be asked for by name: a scenario file, of which the fake reads the world."""

    name: str
    description: str
    file: Path


def named_worlds() -> tuple[NamedWorld, ...]:
    """All worlds that come with the fake, by name."""
    found = (
        (file, yaml.safe_load(_text(file))) for file in sorted(_folder().glob("*.yaml"), key=lambda file: file.stem)
    )
    return tuple(
        NamedWorld(file.stem, " ".join(content["description"].split()), file)
        for file, content in found
        # Where all that goes wrong is done to the backend by a script, the world has nothing to offer.
        if "world" in content or "script" not in content
    )


def find_world(name: str) -> Path:
    """The file of this name, or of a named world; an unknown name lists the known ones."""
    if name.endswith((".yaml", ".yml")) or "/" in name or Path(name).is_file():
        return Path(name)
    known = {file.stem: file for file in _folder().glob("*.yaml")}
    if name not in known:
        raise ConfigError(f"{unknown_name('world', name, known)}; or give a YAML file")
    return known[name]


def _folder() -> Path:
    """In the wheel the named worlds are part of the package; in a checkout they are the catalogue of scenarios."""
    packed = Path(__file__).parents[1] / "worlds"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "scenarios" / "catalogue"


def load_world(file: Path, *, version: str | None = None) -> World:
    """The world of a YAML file, of another `version` of the server where one is asked for.

    ConfigError names file, line and path of what is wrong. A scenario file's `world` will do as well.
    """
    text = _text(file)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"world file {file} is no YAML: {in_one_line(' '.join(str(error).split()))}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"world file {file} holds no mapping; legal keys: {', '.join(KEYS)}")
    if "description" in content:
        content, node = content.get("world", {}), _child(node, "world")
    if version is not None and isinstance(content, dict):
        content = {**content, "profile": version}
    try:
        return World.from_mapping(content, path="world", folder=file.parent)
    except ConfigError as error:
        raise ConfigError(f"{file}:{line_of(node, str(error))}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"world file {file} contains itself; legal: a tree of mappings and lists") from error


def line_of(node: Any, refusal: str) -> int:
    """The line of the nearest thing on the path at the beginning of a refusal that the file has."""
    path = re.match(r"world((?:\.[A-Za-z_]\w*|\[\d+\])*)", refusal)
    line = node.start_mark.line + 1 if node is not None else 1
    for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", path[1] if path else ""):
        node = _child(node, key) if key else _item(node, int(index))
        if node is None:
            break
        line = node.start_mark.line + 1
    return int(line)


def _child(node: Any, key: str) -> Any:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _item(node: Any, index: int) -> Any:
    items = node.value if isinstance(node, yaml.SequenceNode) else ()
    return items[index] if index < len(items) else None


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise ConfigError(f"world file {file} has more than {FILE_BYTES_MAX} bytes; a world has a few hundred")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"world file {file} cannot be read: {error}") from error
