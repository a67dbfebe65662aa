"""`python -m reports render DIR`: the reports of a run, again, from its files."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from reports.errors import ReportError
from reports.html import html_of
from reports.junit import junit_of
from reports.page import page_of
from reports.run_files import read_run
from reports.summary import summary_of

_USAGE_EXIT = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; what went wrong is one line on stderr and an exit code."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as leaving:  # argparse says 2, which means INCONCLUSIVE here
        return _USAGE_EXIT if leaving.code else 0
    try:
        for path in render(options.run_dir):
            sys.stdout.write(f"{path}\n")
    except ReportError as error:
        sys.stderr.write(f"reports: {error}\n")
        return error.exit_code
    return 0


def render(run_dir: Path) -> tuple[Path, ...]:
    """Write junit.xml, summary.md and report.html beside the files they are made from."""
    page = page_of(read_run(run_dir))
    made = {
        "junit.xml": junit_of(page),
        "summary.md": summary_of(page).encode(),
        "report.html": html_of(page).encode(),
    }
    for name, content in made.items():
        try:
            (run_dir / name).write_bytes(content)
        except OSError as error:
            raise ReportError(f"{run_dir / name} cannot be written: {error.strerror}") from error
    return tuple(run_dir / name for name in made)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m reports", description="Reports of a run, from its files alone.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("render", help="write junit.xml, summary.md and report.html")
    command.add_argument("run_dir", type=Path, metavar="DIR", help="a run directory: reports/runs/latest")
    return parser
