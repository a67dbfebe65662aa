"""Everything of one run in Docker, which is gone afterwards however the run ends.

Three nets, as for processes: `close` on the way out, the reaper when this process is killed, and a sweep at the next
start when the reaper was killed, too.
"""

import contextlib
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from scenarios.stack.errors import StackError

from .docker_host import connect
from .labels import COMPOSE_PROJECT, OWNER, RUN, RunLabels, is_orphan, project_name

if TYPE_CHECKING:
    from docker import DockerClient

REAPER_S_MAX = 30.0


class Household:
    """The labels of a run, the client, and the reaper that watches; close it when the run ends."""

    def __init__(self, *, keep: bool) -> None:
        self.client: DockerClient = connect()
        self.labels = RunLabels(keep=keep)
        self._filters = (self.labels.filter, f"{COMPOSE_PROJECT}={self.labels.project}")
        sweep(self.client)
        self._reaper = None if keep else _start_reaper(self._filters)

    def close(self) -> None:
        """Remove everything, unless it shall be kept; doing it twice is harmless."""
        from . import reaper  # noqa: PLC0415  it needs Docker's package

        try:
            if self._reaper is None:
                return
            left = reaper.remove_all(self.client, self._filters, time.sleep)
            self._dismiss(reaper.ALL_CLEAN if not left else "")
            if left:
                raise StackError(f"{left} things with the label {self.labels.filter} could not be removed from Docker")
        finally:
            self.client.close()

    def how_to_remove(self) -> str:
        """What a person types to remove what was kept."""
        return (
            f"docker rm -fv $(docker ps -aq --filter label={self.labels.filter}); "
            f"docker network rm $(docker network ls -q --filter label={self.labels.filter})"
        )

    def _dismiss(self, word: str) -> None:
        if self._reaper is None or self._reaper.stdin is None:
            return
        # A reaper that was killed is no reason to fail: everything is removed already.
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._reaper.stdin.write(word.encode())
            self._reaper.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._reaper.wait(REAPER_S_MAX)


def sweep(client: "DockerClient") -> None:
    """Remove what earlier runs of this machine left behind when they and their reapers were killed."""
    from . import reaper  # noqa: PLC0415  it needs Docker's package

    orphans: set[str] = set()
    found = {"label": OWNER}
    for thing in (
        *client.api.containers(all=True, filters=found),
        *client.api.networks(filters=found),
        *(client.api.volumes(filters=found)["Volumes"] or ()),
    ):
        if is_orphan(thing["Labels"]):
            run = thing["Labels"][RUN]
            orphans |= {f"{RUN}={run}", f"{COMPOSE_PROJECT}={project_name(run)}"}
    reaper.remove_all(client, sorted(orphans), time.sleep)


def _start_reaper(filters: tuple[str, ...]) -> subprocess.Popen[bytes]:
    from . import reaper  # noqa: PLC0415  it needs Docker's package

    # -P: its own folder is no place to import from.
    argv = [sys.executable, "-P", str(reaper.__file__), *filters]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, bufsize=0, start_new_session=True)  # noqa: S603  our own file
