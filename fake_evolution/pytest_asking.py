"""What the pytest plugin does once a test asks for the fake: options and markers are read, failures are told."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from fake_evolution.config import Config
from fake_evolution.errors import ConfigError, FakeEvolutionError, unknown_name
from fake_evolution.in_thread import ThreadedFake
from fake_evolution.journal import Record
from fake_evolution.world import World
from fake_evolution.world.files import find_world, load_world

_OF_MARKER = ("world", "seed", "rate")
_SEED_MAX = 2**31
_LINE_CHARACTERS_MAX = 300


@contextmanager
def serving(config: pytest.Config) -> Iterator[ThreadedFake]:
    """The fake of a session, as options and ini file ask for it."""
    refusal: FakeEvolutionError | None = None
    with ExitStack() as open_things:
        try:
            fake = open_things.enter_context(ThreadedFake(_config(config)))
        except FakeEvolutionError as error:
            refusal = error
        _fail_for(refusal)
        yield fake


def _config(config: pytest.Config) -> Config:
    journal = _option(config, "journal")
    return Config(
        port=_number(config, "port", int, "0"),
        api_key=_option(config, "api_key") or None,
        server_env=_server_env(config),
        journal=Path(journal) if journal else None,
        grace_s=0.0,  # what is still on its way belongs to a test that is over
    )


def begin(fake: ThreadedFake, item: pytest.Item) -> None:
    """Empty the fake, and give it the world, seed and speed of the test; options win over the marker."""
    refusal: FakeEvolutionError | None = None
    try:
        asked = _asked(item)
        fake.reset(world=asked["world"], seed=asked["seed"], rate=asked["rate"])
    except ConfigError as error:
        refusal = error
    _fail_for(refusal)


def _fail_for(refusal: FakeEvolutionError | None) -> None:
    """Told outside of any `except`, so that the one sentence stands alone."""
    if refusal is not None:
        pytest.fail(f"fake_evolution: {refusal}", pytrace=False)


def end(fake: ThreadedFake) -> None:
    """Nothing of this test reaches the next one; faults of the fake itself fail the test that met them."""
    bugs = fake.bugs()
    fake.reset(world=World(), rate=1.0)
    if bugs:
        raise BaseExceptionGroup("faults of the fake itself", bugs)


def told(fake: ThreadedFake, item: pytest.Item) -> str:
    """What a failed test shows of its fake."""
    lines_max = _number(item.config, "journal_lines", int, "20")
    records = fake.records()
    last = records[-lines_max:] if lines_max else []
    misses = fake.near_misses()
    return "\n".join(
        [
            f"seed {fake.seed}; repeat with: pytest '{item.nodeid}' --fake-evolution-seed={fake.seed}",
            *(f"near miss: {miss}" for miss in misses),
            f"the last {len(last)} of {len(records)} records of its journal:",
            *(_line(record) for record in last),
        ]
    )


def _line(record: Record) -> str:
    text = orjson.dumps(record.fields, default=str).decode()
    cut = text if len(text) <= _LINE_CHARACTERS_MAX else f"{text[:_LINE_CHARACTERS_MAX]}…"
    return f"{record.seq:>6} {record.t:>9.3f}s {record.kind:<8} {cut}"


# --- options and markers --------------------------------------------------------------------------------------------


def _asked(item: pytest.Item) -> dict[str, Any]:
    marked = _marked(item)
    seed, world, rate = _option(item.config, "seed"), _option(item.config, "world"), marked.get("rate")
    own_seed, own_world = _given(item.config, "seed"), _given(item.config, "world")
    return {
        "seed": _seed(own_seed or marked.get("seed", seed or 1)),
        "world": _world(own_world or marked.get("world", world), item),
        "rate": _number(item.config, "rate", float, "1") if rate is None else rate,
    }


def _marked(item: pytest.Item) -> Mapping[str, Any]:
    """The marker's values; those of the nearest marker win, one by one."""
    values: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("fake_evolution"))):
        if marker.args:
            raise ConfigError(
                f"its marker takes no bare values; legal: {', '.join(f'{name}=…' for name in _OF_MARKER)}"
            )
        for name in marker.kwargs:
            if name not in _OF_MARKER:
                raise ConfigError(f"its marker has an {unknown_name('argument', name, _OF_MARKER)}")
        values |= marker.kwargs
    return values


def _seed(value: Any) -> int:
    if value == "random":
        return secrets.randbelow(_SEED_MAX)
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"the seed is {value!r}; legal: a whole number, or 'random'") from error


def _world(value: Any, item: pytest.Item) -> World:
    if isinstance(value, World):
        return value
    if value in (None, ""):
        return World()
    if isinstance(value, Mapping):
        return World.from_mapping(value, folder=item.path.parent)
    if isinstance(value, str | Path):
        return load_world(_file(str(value), item))
    raise ConfigError(f"the world is {value!r}; legal: a name, a file, a mapping as in a file, or a World")


def _file(name: str, item: pytest.Item) -> Path:
    """A file beside the test or under the root of the project, else a world that has this name."""
    beside = [folder / name for folder in (item.path.parent, item.config.rootpath)]
    return next((file for file in beside if file.is_file()), None) or find_world(name)


def _given(config: pytest.Config, name: str) -> str | None:
    """What the command line says."""
    found = config.getoption(f"fake_evolution_{name}")
    return None if found is None else str(found)


def _option(config: pytest.Config, name: str) -> str:
    """What the command line says, else the ini file; empty when neither does."""
    given = _given(config, name)
    return str(config.getini(f"fake_evolution_{name}")) if given is None else given


def _number(config: pytest.Config, name: str, kind: Callable[[str], Any], default: str) -> Any:
    text = _option(config, name) or default
    try:
        return kind(text)
    except ValueError as error:
        raise ConfigError(f"--fake-evolution-{name.replace('_', '-')} is '{text}'; legal: a number") from error


def _server_env(config: pytest.Config) -> dict[str, str]:
    variables = {}
    for line in config.getini("fake_evolution_server_env"):
        name, equals, value = str(line).partition("=")
        if not equals or not name:
            raise ConfigError(f"fake_evolution_server_env has '{line}'; legal: NAME=VALUE")
        variables[name.strip()] = value.strip()
    return variables
