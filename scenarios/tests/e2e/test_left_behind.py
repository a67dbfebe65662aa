"""Whatever ends a run, nothing of it stays in Docker."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from scenarios.stack.containers.labels import OWNER
from scenarios.tests.e2e.commands import ROOT, command_line

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]
RUNS = 20
# Run number: after how many started containers it is interrupted, and how.
INTERRUPTED = {
    2: (1, signal.SIGINT),
    6: (3, signal.SIGTERM),
    10: (2, signal.SIGKILL),
    14: (3, signal.SIGKILL),
    18: (2, signal.SIGINT),
}
GONE_S_MAX = 150


def test_nothing_is_left_of_twenty_runs(docker: "DockerClient", stand_in: str, tmp_path: Path) -> None:
    """After 20 runs, 5 of them interrupted, no container, network or volume has our label."""
    ended = []

    for number in range(RUNS):
        with _run(docker, stand_in, tmp_path) as (process, starts):
            if number in INTERRUPTED:
                after, how = INTERRUPTED[number]
                list(islice(starts, after))
                process.send_signal(how)
            ended.append(process.wait(GONE_S_MAX))

    _wait_for_reapers()
    assert [ended[number] for number in INTERRUPTED] == [130, 130, -9, -9, 130]
    assert {code for number, code in enumerate(ended) if number not in INTERRUPTED} == {4}
    assert _labelled(docker) == []


@contextmanager
def _run(docker: "DockerClient", image: str, run_root: Path) -> Iterator[tuple[Any, Any]]:
    """A run on a backend that is well and has no accounts: it comes up, is asked for a tenant, and goes."""
    starts = docker.events(decode=True, filters={"label": OWNER, "event": "start", "type": "container"})
    command = command_line(run_root, "run", "regression", "--image", image)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  ours
    try:
        yield process, starts
    finally:
        starts.close()
        if process.poll() is None:
            process.kill()


def _wait_for_reapers() -> None:
    reapers = [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(word.endswith("containers/reaper.py") for word in process.info["cmdline"] or ())
    ]
    _gone, alive = psutil.wait_procs(reapers, timeout=GONE_S_MAX)
    assert not alive


def _labelled(docker: "DockerClient") -> list[str]:
    filters: dict[str, Any] = {"label": OWNER}
    found = (
        *docker.containers.list(all=True, filters=filters),
        *docker.networks.list(filters=filters),
        *docker.volumes.list(filters=filters),
    )
    return [str(one.id) for one in found]
