"""What a person sees while a run is under way: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Reporter(Protocol):
    """Where the run tells how far it is."""

    def say(self, text: str) -> None:
        """One line that stays."""

    def count(self, what: str, done: int, total: int, *, failed: int = 0) -> None:
        """How far something is."""


class PlainLines:
    """Lines for logs: every count at its start and end, and about ten times in between."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, text: str) -> None:
        """One line, at once."""
        print(text, file=self._stream, flush=True)

    def count(self, what: str, done: int, total: int, *, failed: int = 0) -> None:
        """A line, where it says something new."""
        step = max(1, total // 10)
        if done % step == 0 or done == total or failed:
            self.say(f"{what}: {done}/{total}{f', {failed} failed' if failed else ''}")


class Bars:
    """A bar for each thing that is counted."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def say(self, text: str) -> None:
        """One line above the bars."""
        self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def count(self, what: str, done: int, total: int, *, failed: int = 0) -> None:
        """Move the bar."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        label = f"{what} ({failed} failed)" if failed else what
        self._progress.update(self._tasks[what], completed=done, total=total, description=label)


@contextmanager
def reporting(stream: TextIO | None = None) -> Iterator[Reporter]:
    """Bars where a person watches, lines where a log is kept; on standard output unless told."""
    stream = sys.stdout if stream is None else stream
    console = Console(file=stream)
    if not console.is_terminal:
        yield PlainLines(stream)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield Bars(progress)
