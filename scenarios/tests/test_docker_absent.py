"""Where Docker cannot be used, the reason is one line that says what to do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.stack.choices import StackChoices
from scenarios.stack.containers.docker_host import _why, place_on_bridge
from scenarios.stack.errors import StackError


def test_absent_docker_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A socket that does not exist is named, with the ways out."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")

    with pytest.raises(StackError, match=r"there is no Docker at unix://.*docker\.sock: install and start it, .*"):
        place_on_bridge(StackChoices(image="x"))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            "Error while fetching: ('Connection aborted.', PermissionError(13, 'Permission denied'))",
            "no permission to use Docker at .*: run as root, or join the group 'docker'",
        ),
        ("Error while fetching: ConnectionRefusedError(111, 'Connection refused')", "does not run: start it"),
        ("Error: no such scheme", "cannot be used .*: correct DOCKER_HOST"),
    ],
)
def test_each_way_to_be_without_docker_has_its_line(found: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission, nothing running and anything else are told apart."""
    monkeypatch.delenv("DOCKER_HOST", raising=False)

    line = _why(OSError(found))

    assert "\n" not in line
    assert re.search(says, line)


def test_run_without_docker_ends_with_4(tmp_path: Path) -> None:
    """The command line says it and ends with the exit code of what cannot be done."""
    command = [sys.executable, "-m", "scenarios", "run", "regression", "--stack", "containers", "--image", "x"]
    env = os.environ | {"DOCKER_HOST": f"unix://{tmp_path}/docker.sock"}

    done = subprocess.run(  # noqa: S603  our own command
        [*command, "--run-root", str(tmp_path)], check=False, capture_output=True, text=True, env=env, timeout=60
    )

    assert done.returncode == 4, done.stdout + done.stderr
    assert "there is no Docker at" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
