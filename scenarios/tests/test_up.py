"""`scenarios up`: everything is up, says where, and is gone when it is told to stop."""

import os
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from urllib.request import urlopen

import orjson
import pytest

from scenarios.cli import main

pytestmark = pytest.mark.stack


def test_it_is_up_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """The target file tells a tool where everything is; after SIGTERM neither file nor backend is there."""
    target = tmp_path / "target.json"
    command = [sys.executable, "-m", "scenarios", "up", "--target", str(target), "--run-root", str(tmp_path / "runs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own interpreter
        assert process.stdout is not None
        told = list(takewhile(lambda line: line != "Ctrl-C ends it\n", process.stdout))
        found, mode = orjson.loads(target.read_bytes()), target.stat().st_mode & 0o777
        with urlopen(f"{found['url']}/health") as answer:  # noqa: S310  our own backend
            status = answer.status
        os.kill(process.pid, signal.SIGTERM)
        code = process.wait()

    assert (status, code, mode, target.exists()) == (200, 0, 0o600, False)
    assert f"backend   {found['url']}\n" in told
    assert {"adapter", "url", "credentials", "control_url", "clock_origin", "seed"} <= set(found)


def test_a_target_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing stays up."""
    code = main(["up", "--target", str(tmp_path / "no" / "target.json"), "--run-root", str(tmp_path)])

    assert code == 4
    assert "target.json cannot be written: No such file" in capsys.readouterr().err
