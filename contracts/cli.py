"""`python -m contracts`: what can be asked of the contract from a command line."""

import argparse
import asyncio
import itertools
import json
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from contracts.calls import calls_document, judged_calls, records_of
from contracts.drift import drift
from contracts.errors import ContractError
from contracts.fidelity import RATE_DEFAULT, fidelity
from contracts.loader import GOLDENS, load_recordings
from contracts.shares import Judged
from contracts.table import document, lines
from contracts.wire import judge_wire

SAME, DIFFERENT, WRONG_USAGE = 0, 1, 4
SEEDS = 2**32


class _Parser(argparse.ArgumentParser):
    """Wrong usage is one line and exit code 4; options are written in full."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        raise ContractError(f"{message}; see python -m contracts --help")


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = _Parser(prog="python -m contracts", description="What the imitated server promises.")
    commands = top.add_subparsers(dest="command", required=True, parser_class=_Parser)
    _add_fidelity(commands.add_parser("fidelity", help="replay recordings of the real server against the fake"))
    _add_fuzz(commands.add_parser("fuzz", help="ask the fake whatever the contract allows, and what it does not"))
    calls = commands.add_parser("calls", help="what a backend called that Evolution does not have or would refuse")
    calls.add_argument("journal", type=Path, metavar="JOURNAL", help="a journal of the fake")
    calls.add_argument("--json", type=Path, metavar="OUT", help="write every invalid call to this file")
    calls.set_defaults(run=_calls)
    wire = commands.add_parser("wire", help="whether what the fake answered and emitted is as the contract says")
    wire.add_argument("journal", type=Path, metavar="JOURNAL", help="a journal of the fake")
    wire.set_defaults(run=_wire)
    live = commands.add_parser("drift", help="compare a live server with the contract; only reads")
    live.add_argument("--url", required=True, metavar="URL", help="address of the server")
    live.add_argument("--api-key", required=True, metavar="KEY", help="its global key")
    live.add_argument("--allow-host", metavar="HOST", help="repeat the host here when it is not this machine")
    live.set_defaults(run=_drift)
    return top


def _add_fidelity(command: argparse.ArgumentParser) -> None:
    command.add_argument("--goldens", type=Path, default=GOLDENS, metavar="DIR", help="folder of recordings")
    command.add_argument("--family", metavar="F", help="only recordings of this family")
    command.add_argument("--scenario", metavar="S", help="only the recording of this name")
    command.add_argument("--json", type=Path, metavar="OUT", help="write everything to this file")
    command.add_argument("--rate", type=_rate, default=RATE_DEFAULT, metavar="X", help="times faster than recorded")
    command.add_argument("--jobs", type=_count, default=4, metavar="N", help="recordings at a time")
    command.add_argument("--differences", type=_count, default=20, metavar="N", help="how many to print")
    command.set_defaults(run=_fidelity)


def _add_fuzz(command: argparse.ArgumentParser) -> None:
    command.add_argument("--cases", type=_count, default=1000, metavar="N", help="how many calls, about")
    command.add_argument("--seed", type=int, metavar="N", help="repeats a run; without it, a new one")
    command.set_defaults(run=_fuzz)


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate <= 200:  # noqa: PLR2004  beyond, the machine's own delays outweigh everything
        raise argparse.ArgumentTypeError(f"{text} is not a rate; legal: above 0, at most 200")
    return rate


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is too few; legal: 1 or more")
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit code says how it went."""
    try:
        options = parser().parse_args(arguments)
        return int(asyncio.run(options.run(options)))
    except ContractError as error:
        sys.stderr.write(f"contracts: {error}\n")
        return WRONG_USAGE


async def _fidelity(options: argparse.Namespace) -> int:
    recordings = load_recordings(options.goldens, family=options.family, name=options.scenario)
    if options.json is not None:
        _check_writable(options.json)

    tell = _progress(len(recordings))
    results = await fidelity(recordings, rate=options.rate, jobs=options.jobs, done=tell)
    sys.stdout.writelines(f"{line}\n" for line in lines(results, differences_max=options.differences))
    if options.json is not None:
        options.json.write_text(json.dumps(document(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return DIFFERENT if any(result.findings for result in results) else SAME


async def _fuzz(options: argparse.Namespace) -> int:
    from contracts.fuzz import fuzz  # noqa: PLC0415  takes seconds to import, and only this command needs it

    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    result = await fuzz(cases=options.cases, seed=seed)
    sys.stdout.writelines(f"{line}\n" for line in result.lines())
    return DIFFERENT if result.violations else SAME


async def _calls(options: argparse.Namespace) -> int:
    judged = judged_calls(options.journal)
    if options.json is not None:
        _check_writable(options.json)
        options.json.write_text(json.dumps(calls_document(options.journal), indent=1) + "\n", encoding="utf-8")
    sys.stdout.writelines(f"{line}\n" for line in judged.lines())
    return DIFFERENT if judged.invalid else SAME


async def _wire(options: argparse.Namespace) -> int:
    judged = judge_wire(records_of(options.journal))
    sys.stdout.writelines(f"{line}\n" for line in judged.lines())
    return DIFFERENT if judged.violations else SAME


async def _drift(options: argparse.Namespace) -> int:
    found = await drift(options.url, options.api_key, allow_host=options.allow_host)
    sys.stdout.writelines(f"{line}\n" for one in found for line in one.lines())
    return DIFFERENT if any(one.differences for one in found) else SAME


def _progress(scenarios: int) -> Callable[[Judged], None]:
    """One line that is written over on a terminal; nothing elsewhere, since the table follows."""
    count = itertools.count(1)

    def tell(result: Judged) -> None:
        if sys.stderr.isatty():
            number = next(count)
            end = "" if number < scenarios else "\r\033[K"
            sys.stderr.write(f"\r\033[K{number}/{scenarios} {result.scenario}{end}")
            sys.stderr.flush()

    return tell


def _check_writable(path: Path) -> None:
    """Before minutes of work, not after."""
    try:
        path.touch()
    except OSError as error:
        raise ContractError(f"{path} cannot be written: {error.strerror}") from error
