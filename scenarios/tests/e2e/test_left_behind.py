"""Whatever ends a run, nothing of it stays in Docker."""

import asyncio
import signal
import subprocess
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from scenarios.stack import StackSettings, open_stack
from scenarios.stack.choices import StackChoices
from scenarios.stack.containers.labels import OWNER
from scenarios.tests.e2e.commands import POSTGRES_IMAGE, REDIS_IMAGE, ROOT, command_line

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]
# After how many started containers a run is interrupted, how, and its exit code then.
INTERRUPTED = (
    (1, signal.SIGINT, 130),
    (3, signal.SIGTERM, 130),
    (2, signal.SIGKILL, -9),
    (2, signal.SIGINT, 130),
    (3, signal.SIGKILL, -9),  # last: no later run sweeps up after it
)
# So many others that end as they should, beside each of these: 20 runs together.
BESIDE = 3
GONE_S_MAX = 240


async def test_nothing_is_left_of_twenty_runs(docker: "DockerClient", stand_in: str, tmp_path: Path) -> None:
    """After 20 runs, 5 of them interrupted, no container, network or volume has our label."""
    codes = []

    for number, (after, how, _code) in enumerate(INTERRUPTED):
        interrupted = asyncio.to_thread(_interrupted, docker, command_line(tmp_path, *_run(stand_in)), after, how)
        others = (_whole_run(stand_in, tmp_path / f"{number}-{other}") for other in range(BESIDE))
        codes.append((await asyncio.gather(interrupted, *others))[0])

    await asyncio.to_thread(_wait_for_reapers)
    assert codes == [code for _after, _how, code in INTERRUPTED]
    assert _labelled(docker) == []


def _run(image: str) -> tuple[str, ...]:
    return ("run", "regression", "--image", image)


async def _whole_run(image: str, folder: Path) -> None:
    choices = StackChoices(image=image, postgres_image=POSTGRES_IMAGE, redis_image=REDIS_IMAGE)
    settings = StackSettings("http://172.17.0.1:9", folder, "key", choices=choices)
    async with open_stack("containers", settings=settings) as stack:
        assert stack.alive()


def _interrupted(docker: "DockerClient", command: list[str], after: int, how: signal.Signals) -> int:
    """Signal a run when so many of its containers have started; its exit code."""
    events = docker.events(decode=True, filters={"label": OWNER, "event": "start", "type": "container"})
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603  ours
        own = (event for event in events if f"/{process.pid}/" in event["Actor"]["Attributes"][OWNER])
        list(islice(own, after))
        process.send_signal(how)
        code = process.wait(GONE_S_MAX)
    events.close()
    return code


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
