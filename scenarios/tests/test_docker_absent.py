"""Where Docker cannot be used, the reason is one line that says what to do."""

import re
from pathlib import Path

import pytest

from scenarios.cli import main
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


@pytest.mark.stack
def test_run_without_docker_ends_with_4(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The command says it and ends with the exit code of what cannot be done."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")

    code = main(["run", "regression", "--stack", "containers", "--image", "x", "--run-root", str(tmp_path)])

    told = "".join(capsys.readouterr())
    assert code == 4, told
    assert "there is no Docker at" in told
    assert "Traceback" not in told
