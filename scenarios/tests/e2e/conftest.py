"""What the container tests share: Docker, images, and a way to run the command line."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scenarios.stack.containers.docker_host import connect
from scenarios.stack.errors import StackError
from scenarios.tests.e2e.commands import IMAGES, PYTHON_IMAGE, ROOT, RUN_S_MAX, Done, command_line

if TYPE_CHECKING:
    from docker import DockerClient

STAND_IN = "fake-evolution/stand-in"

# A backend that comes up in as many ways as there are; MODE says in which.
PROGRAM = """
import http.server, os, signal, sys, threading
mode = os.environ.get("MODE", "well")
print("mode", mode, flush=True)
if mode == "exits":
    sys.exit("the disk is full")
if mode == "hangs":
    signal.pause()

class Handler(http.server.BaseHTTPRequestHandler):
    log_message = lambda *arguments: None

    def do_GET(self):
        self.send_response(503 if mode == "unhealthy" else 200)
        self.end_headers()
        if mode == "crash-loops" or (mode == "falls-once" and not os.path.exists("/tmp/fell")):
            open("/tmp/fell", "w").close()
            print("unhandled rejection", flush=True)
            threading.Timer(0.1, os._exit, [1]).start()

http.server.HTTPServer(("0.0.0.0", 3100), Handler).serve_forever()
"""


@pytest.fixture(scope="session")
def docker() -> Iterator["DockerClient"]:
    """Docker, where there is one; otherwise the tests are skipped, with the reason."""
    try:
        client = connect()
    except StackError as error:
        pytest.skip(f"no containers: {error}")
    missing = [name for name in IMAGES if not client.images.list(name=name)]
    if missing:
        client.close()
        pytest.skip(f"no containers: image {missing[0]} is not here; `tox -e e2e` pulls or builds it")
    yield client
    client.close()


@pytest.fixture(scope="session")
def stand_in(docker: "DockerClient", tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image of a backend that comes up in the way that MODE says."""
    context = tmp_path_factory.mktemp("stand-in")
    (context / "program.py").write_text(PROGRAM)
    lines = (f"FROM {PYTHON_IMAGE}", "COPY program.py /program.py", "EXPOSE 3100", 'CMD ["python3", "/program.py"]')
    (context / "Dockerfile").write_text("\n".join(lines))
    docker.images.build(path=str(context), tag=STAND_IN, rm=True)
    yield STAND_IN
    docker.images.remove(STAND_IN, force=True)


@pytest.fixture
def scenarios(docker: "DockerClient", tmp_path: Path) -> Callable[..., Done]:
    """Runs `python -m scenarios` on the stack of containers; what is given comes after what is always the same."""

    def run(*arguments: str, env: dict[str, str] | None = None, folder: str = "runs") -> Done:
        root = tmp_path / folder
        command = command_line(root, *arguments)
        done = subprocess.run(  # noqa: S603  our own command
            command,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=os.environ | (env or {}),
            timeout=RUN_S_MAX,
        )
        latest = root / "latest"
        return Done(done.returncode, done.stdout, latest.resolve() if latest.exists() else None)

    assert docker is not None
    return run
