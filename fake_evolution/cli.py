"""The command line: arguments, environment and files become one Config and one World; then the fake is served."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

import orjson

import fake_evolution.ahead  # noqa: F401  before everything that needs the web framework
from fake_evolution import faults
from fake_evolution.collecting import collect_rarely
from fake_evolution.config import Config, read_env_file
from fake_evolution.errors import ConfigError, FakeEvolutionError, unknown_name
from fake_evolution.profiles import DEFAULT_PROFILE, PROFILES, profile
from fake_evolution.server import FakeServer, LeftBehind
from fake_evolution.server_settings import without_effect
from fake_evolution.server_variables import NAMED_SETS
from fake_evolution.world import World

EXIT_CONFIG = 4
_PREFIX = "FAKE_EVOLUTION_"


LIMITS: Mapping[str, tuple[type[int] | type[float], str]] = {
    "instances_max": (int, "instances at a time"),
    "body_bytes_max": (int, "size of a request's body"),
    "api_connections_max": (int, "open connections of callers"),
    "connections_max": (int, "open connections to receivers of webhooks"),
    "connections_a_target_max": (int, "of them to one host and port"),
    "webhooks_waiting_a_target_max": (int, "webhooks that wait for one of these connections"),
    "messages_kept_max": (int, "stored messages of one instance; then the oldest go"),
    "journal_bytes_max": (int, "size of the journal's file; then it takes no more"),
    "streams_max": (int, "followers of the journal"),
    "grace_s": (float, "seconds that attempts on the wire have to finish in when the fake is ended"),
}


_DEFAULTS = {item.name: item.default for item in fields(Config)}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_CONFIG, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="fake-evolution", description="A fake Evolution API server, faithful down to the quirks.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    _add_serve(commands.add_parser("serve", help="serve the fake until it is interrupted"))
    _add_schedule(commands.add_parser("schedule", help="print what a world plans, without serving"))
    commands.add_parser("worlds", help="list the worlds that have a name")
    commands.add_parser("profiles", help="list the versions that can be imitated")
    commands.add_parser("faults", help="list the faults that a world can have")
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.epilog = f"Every option can be given by the environment too, as {_PREFIX}PORT for --port."
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", help="port to listen on, 0 for any free one (default: SERVER_PORT, else 8080)")
    serve.add_argument("--api-key", help="the global key (default: what the server settings say)")
    serve.add_argument("--profile", help=f"version to imitate (default {DEFAULT_PROFILE})")
    serve.add_argument("--settings", help=f"settings to begin with: {', '.join(NAMED_SETS)} (default official-image)")
    serve.add_argument("--env-file", help="a .env of the real server; its variables keep their meaning")
    serve.add_argument("--server-env", action="append", metavar="KEY=VALUE", help="one variable of the real server")
    serve.add_argument("--world", help="a world file (YAML), or the name of a world")
    serve.add_argument("--seed", help="seed of all chance (default 1)")
    serve.add_argument("--rate", help="speed of time: 1 is real, 20 is faster, 0 stands still (default 1)")
    serve.add_argument("--journal", help="file to append the journal to")
    serve.add_argument("--ready-file", help="file to write {url, api_key, control_url, pid} to, once it listens")
    serve.add_argument("--control-key", help="key of the control API; needed when not listening on loopback")
    limits = serve.add_argument_group("limits", "What is reached is said by the refusal, the journal or on stderr.")
    for name, (kind, told) in LIMITS.items():
        default = _DEFAULTS[name]
        limits.add_argument(f"--{name.replace('_', '-')}", metavar=kind.__name__, help=f"{told} (default {default:g})")


def _add_schedule(schedule_parser: argparse.ArgumentParser) -> None:
    schedule_parser.add_argument("--world", required=True, help="a world file (YAML), or the name of a world")
    schedule_parser.add_argument("--seed", default="1", help="seed of all chance (default 1)")
    schedule_parser.add_argument("--instances", type=int, default=1, help="how many instances live (default 1)")
    schedule_parser.add_argument(
        "--digests", default="", metavar="N", help="only the SHA-256 of N plans: this seed's and those of the next ones"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (0, or 4 for what the caller has to mend)."""
    try:
        return _run(_parser().parse_args(arguments), os.environ)
    except FakeEvolutionError as error:
        print(f"fake-evolution: {error}", file=sys.stderr)  # noqa: T201  the command's answer
        return EXIT_CONFIG


def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    if options.command == "profiles":
        rows = (f"{found.version}  {_recorded(found.recorded):<12}  {found.summary}" for found in PROFILES.values())
        return _print_lines(rows)
    if options.command == "faults":
        both = {**faults.FAULTS, **faults.API_FAULTS}
        return _print_lines(f"{name:<19}  {(kind.__doc__ or '').splitlines()[0]}" for name, kind in both.items())
    if options.command == "worlds":
        from fake_evolution.world.files import named_worlds  # noqa: PLC0415  reads YAML, which serving seldom does

        return _print_lines(f"{found.name:<30}  {found.description}" for found in named_worlds())
    if options.command == "schedule":
        return _print_schedule(vars(options))
    given = _merged(options, environment)
    world, config = read_world(given), read_config(given)
    ignored = without_effect({**config.server_env, **world.server}, profile(world.profile))
    if ignored:
        print(f"without effect here: {', '.join(ignored)}", file=sys.stderr)  # noqa: T201  told once at start
    return _serve_until_interrupted(config, world)


def _recorded(recorded: bool) -> str:  # noqa: FBT001  one word for one flag
    return "recorded" if recorded else "not recorded"


def _print_lines(lines: Any) -> int:
    for line in lines:
        print(line)  # noqa: T201  the command's answer
    return 0


def _merged(options: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, Any]:
    """Arguments over `FAKE_EVOLUTION_*`; an unknown variable of ours is an error."""
    names = [name for name in vars(options) if name != "command"]
    twins = {f"{_PREFIX}{name.upper()}": name for name in names}
    given: dict[str, Any] = {}
    for variable, value in environment.items():
        if variable.startswith(_PREFIX):
            if variable not in twins:
                raise ConfigError(unknown_name("environment variable", variable, twins))
            given[twins[variable]] = value
    given |= {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    return given


def read_config(given: Mapping[str, Any]) -> Config:
    """The Config that these texts give; ConfigError names the option."""
    variables = read_env_file(Path(given["env_file"])) if "env_file" in given else {}
    server_env = {**variables, **_pairs(given.get("server_env", []))}
    return Config(
        host=given.get("host", "127.0.0.1"),
        port=_port(given, server_env),
        api_key=given.get("api_key"),
        control_key=given.get("control_key"),
        seed=_converted(given, "seed", int, "1", "a whole number"),
        rate=_converted(given, "rate", float, "1", "a number from 0 to 10000"),
        named_set=given.get("settings", "official-image"),
        server_env=server_env,
        ready_file=Path(given["ready_file"]) if "ready_file" in given else None,
        journal=Path(given["journal"]) if "journal" in given else None,
        **{name: _limit(given, name) for name in LIMITS if name in given},
    )


def _limit(given: Mapping[str, Any], name: str) -> Any:
    kind = LIMITS[name][0]
    legal = "a whole number from 1" if kind is int else "a number of seconds from 0"
    value = _converted(given, name, kind, "", legal)
    if not (isfinite(value) and value >= (1 if kind is int else 0)):
        raise ConfigError(f"--{name.replace('_', '-')} is '{given[name]}'; legal: {legal}")
    return value


def _port(given: Mapping[str, Any], server_env: Mapping[str, str]) -> int:
    """--port, else what the real server would listen on."""
    legal = "a whole number from 0 to 65535"
    if "port" not in given and "SERVER_PORT" in server_env:
        return int(_converted(server_env, "SERVER_PORT", int, "", legal))
    return int(_converted(given, "port", int, "8080", legal))


def _converted(given: Mapping[str, Any], name: str, kind: Callable[[str], Any], default: str, legal: str) -> Any:
    text = given.get(name, default)
    try:
        return kind(text)
    except ValueError as error:
        asked = name if name.isupper() else f"--{name.replace('_', '-')}"
        raise ConfigError(f"{asked} is '{text}'; legal: {legal}") from error


def _pairs(given: Sequence[str] | str) -> dict[str, str]:
    pairs = {}
    for text in [given] if isinstance(given, str) else given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ConfigError(f"--server-env is '{text}'; legal: KEY=VALUE")
        pairs[name] = value
    return pairs


def _print_schedule(given: Mapping[str, Any]) -> int:
    from fake_evolution.schedule import schedule, schedule_digest  # noqa: PLC0415  serving needs nothing of it
    from fake_evolution.world.files import find_world, load_world  # noqa: PLC0415  reads YAML, which few need

    seed = _converted(given, "seed", int, "1", "a whole number")
    world, instances = load_world(find_world(given["world"])), given["instances"]
    if given["digests"]:
        count = _converted(given, "digests", int, "", "a whole number")
        return _print_lines(
            f"{one} {schedule_digest(world, seed=one, instances=instances)}" for one in range(seed, seed + count)
        )
    lines = schedule(world, seed=seed, instances=instances)
    return _print_lines(line.decode() for line in lines)


def read_world(given: Mapping[str, Any]) -> World:
    """The world of --world, with the version of --profile where one is given."""
    version = profile(given["profile"]).version if "profile" in given else None
    if "world" not in given:
        return World() if version is None else World(profile=version)
    from fake_evolution.world.files import find_world, load_world  # noqa: PLC0415  reads YAML, which few need

    return load_world(find_world(given["world"]), version=version)


def _serve_until_interrupted(config: Config, world: World) -> int:
    try:
        import uvloop  # noqa: PLC0415  not on Windows
    except ImportError:
        return asyncio.run(_serve(config, world))
    return int(uvloop.run(_serve(config, world)))


async def _serve(config: Config, world: World) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with FakeServer(config, world=world) as fake:
        collect_rarely()
        _announce(config, fake)
        await stop.wait()
    _tell_left_behind(config, fake.left_behind)
    if config.ready_file is not None:
        config.ready_file.unlink(missing_ok=True)
    return 0


def _tell_left_behind(config: Config, left: LeftBehind) -> None:
    """What was on its way and did not arrive is told, unless everything did."""
    if left.attempts_cut or left.attempts_to_come:
        told = f"{left.attempts_cut} attempts cut off after {config.grace_s:g} s (--grace-s)"
        print(f"left behind: {told}, {left.attempts_to_come} to come", file=sys.stderr)  # noqa: T201  told once at the end


def _announce(config: Config, fake: FakeServer) -> None:
    told = {"url": fake.url, "api_key": fake.api_key, "control_url": fake.control_url, "pid": os.getpid()}
    if config.ready_file is not None:
        try:
            beside = config.ready_file.with_name(f"{config.ready_file.name}.{os.getpid()}")
            beside.write_bytes(orjson.dumps(told))
            beside.replace(config.ready_file)
        except OSError as error:
            raise ConfigError(f"ready file {config.ready_file} cannot be written: {error.strerror}") from error
    print(f"fake Evolution API {fake.engine.profile.version} at {fake.url}", flush=True)  # noqa: T201  the one line
