"""`python -m reports`: the reports of a run, again, from its files; and two runs side by side."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from reports import compare_views, matrix
from reports.comparison import compare
from reports.errors import ReportError
from reports.html import html_of
from reports.junit import junit_of
from reports.page import page_of
from reports.run_files import read_run
from reports.summary import summary_of

COMPARISON, MATRIX = "comparison.html", "matrix.html"
_WORSE_EXIT = 1
_USAGE_EXIT = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; what went wrong is one line on stderr and an exit code."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as leaving:  # argparse says 2, which means INCONCLUSIVE here
        return _USAGE_EXIT if leaving.code else 0
    try:
        return int(options.run(options))
    except ReportError as error:
        sys.stderr.write(f"reports: {error}\n")
        return error.exit_code


def _render(options: Namespace) -> int:
    for path in render(options.run_dir):
        sys.stdout.write(f"{path}\n")
    return 0


def _compare(options: Namespace) -> int:
    """The comparison as text and as a page; the exit code says whether the second run is worse."""
    found = compare(read_run(options.before), read_run(options.after))
    target = options.after / COMPARISON if options.out is None else options.out
    _write(target, compare_views.html_of(found).encode())
    sys.stdout.write(f"{compare_views.text_of(found)}\n{target}\n")
    return _WORSE_EXIT if found.is_worse else 0


def _matrix(options: Namespace) -> int:
    """The matrix of defects as a page."""
    target = options.run_dir / MATRIX
    _write(target, matrix.html_of(matrix.read_matrix(options.run_dir)).encode())
    sys.stdout.write(f"{target}\n")
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
        _write(run_dir / name, content)
    return tuple(run_dir / name for name in made)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror}") from error


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m reports", description="Reports of a run, from its files alone.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("render", help="write junit.xml, summary.md and report.html")
    command.add_argument("run_dir", type=Path, metavar="DIR", help="a run directory: reports/runs/latest")
    command.set_defaults(run=_render)
    command = commands.add_parser("compare", help="two runs side by side; exit code 1 when the second is worse")
    command.add_argument("before", type=Path, metavar="DIR", help="the run directory to compare with")
    command.add_argument("after", type=Path, metavar="DIR", help="the run directory that may be better or worse")
    command.add_argument("--out", type=Path, metavar="FILE", help=f"the page; default: {COMPARISON} in the second DIR")
    command.set_defaults(run=_compare)
    command = commands.add_parser("matrix", help="write matrix.html, from the matrix.json of `scenarios matrix`")
    command.add_argument("run_dir", type=Path, metavar="DIR", help="the directory of a matrix")
    command.set_defaults(run=_matrix)
    return parser
