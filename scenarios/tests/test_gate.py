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
from scenarios.stack.errors import BackendFailedError, StackError

pytestmark = pytest.mark.stack


@asynccontextmanager
async def never_healthy(_settings: StackSettings) -> AsyncIterator[Stack]:
    """A backend that does not come up."""
    raise BackendFailedError("it never becomes healthy: after 60 s /health gives 503", log_tail=["no database"])
    yield  # type: ignore[unreachable]  # pragma: no cover  what makes it a context


@asynccontextmanager
async def impossible(_settings: StackSettings) -> AsyncIterator[Stack]:
    """A question that cannot be asked here."""
    raise StackError("the backend cannot have port 3100: Address already in use; choose another")
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
    for opener in (never_healthy, impossible, buggy, interrupted):
        monkeypatch.setitem(stacks._found, opener.__name__.replace("_", "-"), opener)

    def run(stack: str) -> tuple[int, dict[str, Any], str]:
        code = main(["run", "regression", "--stack", stack, "--run-root", str(tmp_path)])
        return code, orjson.loads((tmp_path / "latest" / "run.json").read_bytes()), capsys.readouterr().out

    return run


def test_a_backend_that_never_becomes_healthy_fails(ran: Ran, tmp_path: Path) -> None:
    """The first reason says how it failed; what the fake recorded is there."""
    code, run, told = ran("never-healthy")

    assert (code, run["exit_code"], run["verdict"]) == (1, 1, "FAIL")
    assert run["reasons"][0] == "it never becomes healthy: after 60 s /health gives 503"
    assert run["backend"]["log_tail"] == ["no database"]
    assert "last lines of the backend's log:\nno database\n" in told
    assert "server.start" in (tmp_path / "latest" / "journal.jsonl").read_text()


def test_a_question_that_cannot_be_asked_is_exit_code_4(ran: Ran) -> None:
    """What is wrong with options or environment says nothing about the backend."""
    code, run, _ = ran("impossible")

    assert (code, run["verdict"], run["backend"]["died"]) == (4, "INVALID", False)
    assert run["reasons"] == ["the backend cannot have port 3100: Address already in use; choose another"]


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
