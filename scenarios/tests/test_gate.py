"""A run whose stack misbehaves: it ends in one clear way, and what was recorded is kept and reported."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from scenarios.cli import main
from scenarios.stack.base import Stack, StackSettings, stacks
from scenarios.stack.errors import StackError


@asynccontextmanager
async def never_healthy(_settings: StackSettings) -> AsyncIterator[Stack]:
    """A backend that does not come up."""
    raise StackError("the backend did not become healthy within 60 s; see its log", log_tail=["no database"])
    yield  # type: ignore[unreachable]  # pragma: no cover  what makes it a context


@asynccontextmanager
async def buggy(_settings: StackSettings) -> AsyncIterator[Stack]:
    """A mistake of ours."""
    raise KeyError("port")
    yield  # type: ignore[unreachable]  # pragma: no cover  what makes it a context


@asynccontextmanager
async def interrupted(_settings: StackSettings) -> AsyncIterator[Stack]:
    """Somebody presses Ctrl-C while it comes up."""
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.Event().wait()
    yield  # type: ignore[misc]  # pragma: no cover  what makes it a context


Ran = Callable[[str], tuple[int, dict[str, Any], str]]


@pytest.fixture
def ran(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Runs the regression on a stack: exit code, run.json, and what was printed."""
    for name, opener in (("never-healthy", never_healthy), ("buggy", buggy), ("interrupted", interrupted)):
        monkeypatch.setitem(stacks._found, name, opener)

    def run(stack: str) -> tuple[int, dict[str, Any], str]:
        code = main(["run", "regression", "--stack", stack, "--run-root", str(tmp_path)])
        return code, orjson.loads((tmp_path / "latest" / "run.json").read_bytes()), capsys.readouterr().out

    return run


def test_a_backend_that_never_becomes_healthy_is_exit_code_4(ran: Ran, tmp_path: Path) -> None:
    """The line says what was found; what the fake recorded is there."""
    code, run, told = ran("never-healthy")

    assert (code, run["exit_code"], run["verdict"]) == (4, 4, "INVALID")
    assert run["reasons"] == ["the backend did not become healthy within 60 s; see its log"]
    assert run["backend"]["log_tail"] == ["no database"]
    assert "last lines of the backend's log:\nno database\n" in told
    assert "server.start" in (tmp_path / "latest" / "journal.jsonl").read_text()


def test_a_bug_of_the_harness_is_invalid_and_shows_no_traceback(ran: Ran, tmp_path: Path) -> None:
    """The traceback is in a file of the run, for whoever mends it."""
    code, run, told = ran("buggy")

    assert (code, run["verdict"]) == (3, "INVALID")
    assert run["reasons"] == ["the harness has a bug (KeyError); see harness-error.txt"]
    assert "Traceback" not in told
    assert "KeyError: 'port'" in (tmp_path / "latest" / "harness-error.txt").read_text()


def test_an_interrupted_run_is_judged_and_reported(ran: Ran, tmp_path: Path) -> None:
    """Ctrl-C ends it with 130; the report is written for what ran."""
    code, run, _ = ran("interrupted")

    assert (code, run["verdict"], run["reasons"]) == (130, "INVALID", ["interrupted before its end"])
    assert (tmp_path / "latest" / "report.html").exists()


def test_the_command_that_repeats_a_run_has_its_seed(ran: Ran) -> None:
    """Also when nobody gave one."""
    _, run, told = ran("never-healthy")

    assert run["repeat"].endswith("--seed 1")
    assert f"repeat {run['repeat']}" in told
