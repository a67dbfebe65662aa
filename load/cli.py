"""`python -m load run`, `python -m load judge` and `python -m load bench`."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from load.bench.run import bench
from load.budgets import BUDGETS
from load.errors import LoadError
from load.judge import PHASE, judge, sentence
from load.run import run_load

_USAGE_EXIT = 4

_EXIT_CODES = """
exit codes of bench: 0 every bound holds · 1 a bound is broken · 4 row, budgets or arguments are wrong;
exit codes of run: 0 every journey came to its end (judge says what the ends are worth) · 1 the backend let nobody in ·
3 the load's own code is broken · 4 target file or arguments are wrong · 130 and 143 ended by Ctrl-C or SIGTERM
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; what went wrong is one line on stderr and an exit code."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as leaving:  # argparse says 2, which means INCONCLUSIVE here
        return _USAGE_EXIT if leaving.code else 0
    try:
        if options.command == "run":
            return run_load(options.target, options.out)
        if options.command == "bench":
            return bench(options.row, budgets=options.budgets, json_file=options.json, say=_say)
        judged = judge(options.run_dir, phase=options.phase, budgets=options.budgets)
    except LoadError as error:
        sys.stderr.write(f"load: {error}\n")
        return error.exit_code
    sys.stdout.write(f"{sentence(judged)}\n")
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m load", description="Journeys at a set arrival rate.", epilog=_EXIT_CODES)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="open journeys at the backend of a target file", epilog=_EXIT_CODES)
    run.add_argument("--target", type=Path, required=True, metavar="FILE", help="JSON: adapter, url, control_url, …")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where samples and journal go")
    judging = commands.add_parser("judge", help="judge samples.ndjson, write acceptance.json")
    judging.add_argument("run_dir", type=Path, metavar="DIR", help="a directory that holds samples.ndjson")
    judging.add_argument("--phase", default=PHASE, help="whose samples (default: %(default)s)")
    judging.add_argument("--budgets", type=Path, default=BUDGETS, metavar="FILE", help="the limits (a TOML file)")
    measuring = commands.add_parser("bench", help="measure what the fake costs, against its bounds")
    measuring.add_argument("--row", action="append", default=[], metavar="NAME", help="only this row (repeatable)")
    measuring.add_argument("--json", type=Path, metavar="FILE", help="write measures, bounds and machine there")
    measuring.add_argument("--budgets", type=Path, default=BUDGETS, metavar="FILE", help="the bounds (a TOML file)")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
