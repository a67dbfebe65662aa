"""`python -m scenarios adapter check`: is this an adapter, and does it show what there is to see?

First its shape, without a backend: which methods are missing, and what each is for. Then the conformance suite: against
the reference backend, started for it, or against a backend of one's own with the fake behind it.
"""

import argparse
import asyncio
import importlib
import importlib.util
import inspect
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from fake_evolution import Client, Config, FakeServer
from scenarios.adapters.base import Adapter, AdapterFactory, AdapterSettings, Credentials, adapters
from scenarios.adapters.conformance import Problem, check_adapter
from scenarios.errors import ScenarioError
from scenarios.stack.base import StackSettings, open_stack

NOWHERE = "http://127.0.0.1:9"
EXIT_NOT_CONFORMING = 1
WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Target:
    """A backend that works, the fake behind it, and who may make tenants."""

    url: str
    control_url: str
    control_key: str | None = None
    credentials: Credentials | None = None


def add_command(commands: Any, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `adapter check` to the command line."""
    adapter = commands.add_parser("adapter", help="check an adapter of your own")
    actions = adapter.add_subparsers(dest="action", required=True, parser_class=parser_class)
    check = actions.add_parser("check", help="what the adapter lacks, by the conformance suite")
    check.add_argument("module", metavar="NAME|MODULE|FILE.py", help="a name of `list`, a module, or a file")
    check.add_argument(
        "--url", help="a backend that works, with the fake behind it (default: the reference is started)"
    )
    check.add_argument("--control-url", help="the fake's control API, with --url")
    check.add_argument("--control-key", help="its key, where it asks for one")
    check.add_argument("--email", help="somebody who may make tenants at --url")
    check.add_argument("--password", help="their password")
    check.add_argument("--within-s", type=float, default=WITHIN_S, help=f"patience a step (default {WITHIN_S:g})")


def run_command(parsed: argparse.Namespace) -> int:
    """Check, tell, and give the exit code: 0 it conforms, 1 it does not, 4 it cannot be checked."""
    factory = load_adapter(parsed.module)
    lacks = missing(factory)
    if lacks:
        return _tell(parsed.module, lacks)
    if not parsed.within_s > 0:
        raise ScenarioError(f"--within-s is {parsed.within_s:g}; legal: above 0")
    problems = asyncio.run(_checked(factory, _target(parsed), within_s=parsed.within_s))
    return _tell(parsed.module, [str(problem) for problem in problems])


def load_adapter(name: str) -> AdapterFactory:
    """The adapter that is meant: by its name, its module, or its file; ScenarioError when there is none."""
    if name in adapters.names():
        return adapters.find(name)
    before = set(adapters.names())
    module = _module(name)
    registered = sorted(set(adapters.names()) - before)
    found: list[Any] = [adapters.find(one) for one in registered] or [
        thing for _, thing in inspect.getmembers(module, inspect.isclass) if _looks_like_one(thing, module)
    ]
    if len(found) != 1:
        what = ", ".join(sorted(one.__name__ for one in found)) or "none"
        raise ScenarioError(
            f"{name} has {len(found)} adapters ({what}), expected one: a class with the methods of "
            'scenarios.adapters.base.Adapter, registered by `adapters("name")(TheClass)`'
        )
    return found[0]  # type: ignore[no-any-return]


def missing(factory: Callable[..., object]) -> list[str]:
    """What the adapter lacks of the protocol, one line each: the method, its parameters and what it is for."""
    return list(_lacks(factory)) if inspect.isclass(factory) else []


def _lacks(factory: type) -> Iterator[str]:
    if not isinstance(getattr(factory, "name", None), str):
        yield "name: missing; a class attribute, the word for --sut"
    for name, wanted in inspect.getmembers(Adapter, inspect.isfunction):
        if name.startswith("_"):
            continue
        purpose = (inspect.getdoc(wanted) or "").splitlines()[0]
        given = getattr(factory, name, None)
        asked = inspect.signature(wanted)
        if not callable(given):
            yield f"{name}{asked}: missing; {purpose}"
        elif inspect.iscoroutinefunction(wanted) != inspect.iscoroutinefunction(given):
            yield f"{name}: expected {'async def' if inspect.iscoroutinefunction(wanted) else 'def'}; {purpose}"
        elif not _takes(given, asked):
            yield f"{name}{inspect.signature(given)}: expected the parameters {asked}; {purpose}"


def _takes(given: Callable[..., object], asked: inspect.Signature) -> bool:
    """Whether it can be called the way the harness calls it."""
    positional = [one for one in asked.parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]
    keywords = {one.name: None for one in asked.parameters.values() if one.kind is one.KEYWORD_ONLY}
    try:
        inspect.signature(given).bind(*positional, **keywords)
    except TypeError:
        return False
    return True


def _looks_like_one(thing: type, module: ModuleType) -> bool:
    return thing.__module__ == module.__name__ and hasattr(thing, "provision")


def _module(name: str) -> ModuleType:
    try:
        return _from_file(Path(name)) if name.endswith(".py") else importlib.import_module(name)
    except Exception as error:
        known = ", ".join(adapters.names())
        raise ScenarioError(
            f"no adapter '{name}': {type(error).__name__}: {error}; "
            f"give a name ({known}), a module that can be imported, or a file ending in .py"
        ) from error


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not a file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None  # noqa: S101  the name ends in .py
    assert spec.loader is not None  # noqa: S101  and so it has a loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _target(parsed: argparse.Namespace) -> Target | None:
    """The backend that was given; None for the reference."""
    if parsed.url is None:
        given = [name for name in ("control_url", "email", "password") if getattr(parsed, name) is not None]
        if given:
            raise ScenarioError(f"--{given[0].replace('_', '-')} goes with --url, which is missing")
        return None
    if parsed.control_url is None:
        raise ScenarioError(
            "--control-url is missing: the suite scans the codes that --url shows, by the fake behind it"
        )
    if (parsed.email is None) != (parsed.password is None):
        raise ScenarioError("--email and --password go together")
    owner = Credentials(parsed.email, parsed.password) if parsed.email else None
    return Target(parsed.url, parsed.control_url, parsed.control_key, owner)


async def _checked(factory: AdapterFactory, target: Target | None, *, within_s: float) -> tuple[Problem, ...]:
    async with AsyncExitStack() as opened:
        place: Target = target if target is not None else await opened.enter_async_context(reference())
        adapter = factory(place.url, place.credentials, AdapterSettings())
        opened.push_async_callback(adapter.close)
        nobody = factory(NOWHERE, place.credentials, AdapterSettings())
        opened.push_async_callback(nobody.close)
        phone = await opened.enter_async_context(Client(place.control_url, key=place.control_key))
        return await check_adapter(adapter, phone, within_s=within_s, unreachable=nobody)


@asynccontextmanager
async def reference() -> AsyncIterator[Target]:
    """The reference backend with the fake behind it, for as long as the block lasts."""
    async with AsyncExitStack() as opened:
        fake = await opened.enter_async_context(FakeServer(Config(api_key="key-of-the-check")))
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="adapter-check-")))
        settings = StackSettings(evolution_url=fake.url, evolution_api_key=fake.api_key, run_dir=folder)
        stack = await opened.enter_async_context(open_stack("embedded", settings=settings))
        yield Target(stack.url, fake.control_url, None, stack.credentials)


def _tell(name: str, problems: Sequence[str]) -> int:
    out = sys.stdout
    if not problems:
        out.write(f"{name} conforms\n")
        return 0
    out.writelines(f"  {problem}\n" for problem in problems)
    out.write(f"{name} does not conform: {len(problems)} {'problem' if len(problems) == 1 else 'problems'}\n")
    return EXIT_NOT_CONFORMING
