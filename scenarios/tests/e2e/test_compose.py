"""A team's compose file is judged as it is; what is wrong with it is one line."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scenarios.stack.composing import Project, compose_command
from scenarios.stack.errors import StackError
from scenarios.tests.e2e.commands import BACKEND_IMAGE, POSTGRES_IMAGE, PYTHON_IMAGE, REDIS_IMAGE, ROOT, Done

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]
Scenarios = Callable[..., Done]
OURS = ROOT / "compose.yaml"


@pytest.fixture(autouse=True)
def compose_is_there(docker: "DockerClient") -> None:
    """Without `docker compose` there is nothing to test."""
    assert docker is not None
    try:
        compose_command()
    except StackError as error:
        pytest.skip(f"no compose: {error}")


@pytest.fixture
def judge(scenarios: Scenarios) -> Callable[..., Done]:
    """Runs one scenario on a compose file, with the images that there are and ports that are free."""
    env = {
        "PYTHON_IMAGE": PYTHON_IMAGE,
        "POSTGRES_IMAGE": POSTGRES_IMAGE,
        "REDIS_IMAGE": REDIS_IMAGE,
        "BACKEND_IMAGE": BACKEND_IMAGE,
    }

    def run(file: Path, *arguments: str, **more: str) -> Done:
        command = ("run", "regression", "--channels", "1", "--stack", "compose", "--compose", str(file))
        return scenarios(*command, *arguments, env=env | more)

    return run


def test_own_compose_file_has_all_that_it_promises() -> None:
    """It is legal, and it has the fake, the backend, what that needs, and what watches them."""
    services = Project("none", OURS, Path("there-is-none")).services()

    assert set(services) >= {"fake", "backend", "postgres", "redis", "prometheus", "grafana"}


def test_service_of_a_compose_file_is_judged(judge: Callable[..., Done], docker: "DockerClient") -> None:
    """The backend of our own file passes, and nothing of the project is left."""
    login = ("--email", "admin@example.test", "--password", "change-me-soon")

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    done = judge(OURS, "--service", "backend", *login, BACKEND_PORT=port)

    assert done.exit_code == 0, done.out
    assert docker.containers.list(all=True, filters={"label": "com.docker.compose.project"}) == []
    assert docker.volumes.list(filters={"label": "com.docker.compose.project"}) == []


def test_port_that_is_taken_is_one_line(judge: Callable[..., Done]) -> None:
    """A port that the file publishes and somebody else has is told, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = judge(OURS, "--service", "backend", BACKEND_PORT=str(taken.getsockname()[1]))

    assert done.exit_code == 4, done.out
    assert len([line for line in done.lines if "a port that it publishes is taken" in line and "free it" in line]) == 1


def test_service_that_is_not_in_the_file_is_one_line(judge: Callable[..., Done]) -> None:
    """An unknown service lists the known ones."""
    done = judge(OURS, "--service", "backnd")

    assert done.exit_code == 4, done.out
    assert "--service is 'backnd'" in done.out
    assert "backend, fake, grafana, postgres, prepare, prometheus, redis" in done.out


def test_file_that_is_no_compose_file_is_one_line(judge: Callable[..., Done], tmp_path: Path) -> None:
    """What compose says of it is passed on in one line."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("services: [1")

    done = judge(broken, "--service", "backend")

    assert done.exit_code == 4, done.out
    assert len([line for line in done.lines if "`compose config` refused" in line]) == 1, done.out
