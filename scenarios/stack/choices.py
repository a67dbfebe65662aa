"""What a person may choose about the system under test on the command line, checked once at the edge."""

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fake_evolution import ConfigError, read_env_file
from scenarios.adapters.base import Credentials

from .errors import StackError

_PORT_MAX = 65_535
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TOKEN_VARIABLE, PASSWORD_VARIABLE = "SUT_TOKEN", "SUT_PASSWORD"
SECRETS = {"--token": TOKEN_VARIABLE, "--password": PASSWORD_VARIABLE}


@dataclass(frozen=True, slots=True)
class StackChoices:
    """Everything that can be chosen; each stack has a use for some of it."""

    image: str | None = None
    postgres_image: str = "postgres:17"
    redis_image: str = "redis:7"
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    init_commands: tuple[str, ...] = ()
    image_port: int | None = None
    health_path: str | None = None
    healthy_s_max: float | None = None
    keep: bool = False
    compose: Path | None = None
    service: str | None = None
    url: str | None = None
    credentials: Credentials | None = None
    webhook_base: str | None = None
    fake_host: str | None = None
    fake_port: int = 0
    fake_url: str | None = None
    fake_key: str | None = field(default=None, repr=False)


# An option that a stack has no use for is refused, so that nobody believes it had an effect.
_CONTAINERS, _COMPOSE, _EXTERNAL = "containers", "compose", "external"
_USED_BY: Mapping[str, tuple[str, ...]] = {
    "image": (_CONTAINERS,),
    "postgres_image": (_CONTAINERS,),
    "redis_image": (_CONTAINERS,),
    "init_command": (_CONTAINERS,),
    "image_port": (_CONTAINERS, _COMPOSE),
    "env": (_CONTAINERS, _COMPOSE),
    "env_file": (_CONTAINERS, _COMPOSE),
    "health_path": (_CONTAINERS, _COMPOSE, _EXTERNAL),
    "healthy_s_max": (_CONTAINERS, _COMPOSE),
    "keep": (_CONTAINERS, _COMPOSE),
    "compose": (_COMPOSE,),
    "service": (_COMPOSE,),
    "url": (_EXTERNAL,),
    "webhook_base": (_EXTERNAL,),
    "fake_url": (_EXTERNAL, _COMPOSE),
    "fake_key": (_EXTERNAL, _COMPOSE),
    "email": (_CONTAINERS, _COMPOSE, _EXTERNAL),
    "password": (_CONTAINERS, _COMPOSE, _EXTERNAL),
    "token": (_EXTERNAL, _COMPOSE),
    "fake_host": (_CONTAINERS, _COMPOSE, _EXTERNAL),
    "fake_port": (_CONTAINERS, _COMPOSE, _EXTERNAL),
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    _CONTAINERS: ("image",),
    _COMPOSE: ("compose", "service"),
    _EXTERNAL: ("url",),
}


def add_stack_options(command: argparse.ArgumentParser) -> None:
    """The options of all stacks; none has a default here, so that what was given can be told from what was not."""
    chosen = command.add_argument_group("your image (--stack containers)")
    chosen.add_argument("--image", help="the backend's image: there already, or pulled")
    chosen.add_argument("--postgres-image", help="default postgres:17")
    chosen.add_argument("--redis-image", help="default redis:7")
    chosen.add_argument(
        "--env", action="append", metavar="KEY=VALUE", help="for the backend; may have {postgres.host} and the like"
    )
    chosen.add_argument("--env-file", type=Path, action="append", help="more of them, one a line")
    chosen.add_argument(
        "--init-command", action="append", help="runs in the image before it serves: migrations, seeds; repeatable"
    )
    chosen.add_argument("--image-port", type=int, help="where it listens inside (default: as the adapter says)")
    chosen.add_argument("--health-path", help="what answers when it is well (default: as the adapter says)")
    chosen.add_argument("--healthy-s-max", type=float, help="longest wait for that (default 60)")
    chosen.add_argument("--keep", action="store_true", default=None, help="leave everything running afterwards")
    compose = command.add_argument_group("your compose file (--stack compose)")
    compose.add_argument("--compose", type=Path, metavar="FILE", help="the compose file")
    compose.add_argument("--service", help="the name of the backend in it")
    running = command.add_argument_group("a backend that runs already (--stack external)")
    running.add_argument("--url", help="where it answers")
    running.add_argument("--webhook-base", help="where it is, as seen by the fake (default: --url)")
    running.add_argument("--fake-url", help="where the fake is, as seen by the backend (default: where it listens)")
    running.add_argument("--fake-key", help="the API key that the backend uses with it (default: one of the run's own)")
    running.add_argument("--email", help="somebody who may make tenants")
    running.add_argument("--password", help=f"of that user (or variable {PASSWORD_VARIABLE})")
    running.add_argument("--token", help=f"instead of both (or variable {TOKEN_VARIABLE})")
    running.add_argument("--fake-host", help="the address where the fake listens (default: as the stack needs it)")
    running.add_argument("--fake-port", type=int, help="its port (default: a free one)")


def stack_choices(parsed: argparse.Namespace, stack: str) -> StackChoices:
    """What was chosen; StackError for what this stack has no use for, what it lacks, and what is not legal."""
    given = {name: value for name in _USED_BY if (value := getattr(parsed, name, None)) is not None}
    for name in given:
        if stack not in _USED_BY[name] and stack in _known_stacks():
            users = " or ".join(_USED_BY[name])
            raise StackError(f"{_option(name)} is for --stack {users}, not for {stack}; leave {_option(name)} away")
    for name in _NEEDED.get(stack, ()):
        if name not in given:
            raise StackError(f"--stack {stack} needs {_option(name)}; see --help")
    plain = {name: given[name] for name in _PLAIN if name in given}
    return StackChoices(
        **(plain | _checked(plain)),
        env=_env(given.get("env_file", ()), given.get("env", ())),
        init_commands=tuple(given.get("init_command", ())),
        credentials=_credentials(given, stack),
    )


def without_secrets(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """A command line without its secrets, and the variables that can carry them instead: reports are passed on."""
    kept: list[str] = []
    variables: dict[str, str] = {}
    words = iter(arguments)
    for word in words:
        option, equals, _ = word.partition("=")
        if option not in SECRETS:
            kept.append(word)
            continue
        variables[SECRETS[option]] = "..."
        if not equals:
            next(words, None)
    return kept, variables


_PLAIN = (
    *("image", "postgres_image", "redis_image", "image_port", "health_path", "healthy_s_max", "keep"),
    *("compose", "service", "url", "webhook_base", "fake_host", "fake_port", "fake_url", "fake_key"),
)


def _known_stacks() -> set[str]:
    return {"embedded"} | {stack for stacks in _USED_BY.values() for stack in stacks}


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _checked(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The values that have a shape: ports, URLs, paths."""
    for name in ("image_port", "fake_port"):
        if name in plain and not 0 < plain[name] <= _PORT_MAX:
            raise StackError(f"{_option(name)} is {plain[name]}; legal: 1 to {_PORT_MAX}")
    if "healthy_s_max" in plain and not 0 < plain["healthy_s_max"] <= 3600:  # noqa: PLR2004  an hour is for ever
        raise StackError(f"--healthy-s-max is {plain['healthy_s_max']:g}; legal: above 0, up to 3600")
    if "health_path" in plain and not plain["health_path"].startswith("/"):
        raise StackError(f"--health-path is {plain['health_path']!r}; legal: a path that begins with /")
    if "compose" in plain and not plain["compose"].is_file():
        raise StackError(f"--compose is {plain['compose']}, and there is no such file")
    return {name: _url(name, plain[name]) for name in ("url", "webhook_base", "fake_url") if name in plain}


def _url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise StackError(f"{_option(name)} is {value!r}; legal: http://HOST[:PORT], or https")
    return value.rstrip("/")


def _env(files: Sequence[Path], pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in files:
        try:
            found |= read_env_file(path)
        except ConfigError as error:
            raise StackError(str(error)) from error
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise StackError(f"--env is {pair!r}; legal: KEY=VALUE, KEY of letters, digits and _")
        found[name] = value
    return found


def _credentials(given: Mapping[str, Any], stack: str) -> Credentials | None:
    email = given.get("email")
    token = given.get("token") or (os.environ.get(TOKEN_VARIABLE) if stack == _EXTERNAL else None)
    password = given.get("password") or (os.environ.get(PASSWORD_VARIABLE) if email else None)
    if token and email:
        raise StackError("--token and --email were given; legal: one of them")
    if token:
        return Credentials("", "", token=token)
    if bool(email) != bool(password):
        raise StackError("--email and --password go together; give both, or neither")
    return Credentials(email, password) if email and password else None
