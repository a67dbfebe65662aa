"""What is in Docker is told from what somebody still needs."""

import socket
import sys
from subprocess import Popen

import psutil

from scenarios.stack.containers.labels import KEEP, OWNER, RunLabels, is_orphan


def test_labels_of_a_living_run_are_no_orphans() -> None:
    """What belongs to this process, to another machine, or shall be kept, stays."""
    own = RunLabels().as_mapping()

    assert not is_orphan(own)
    assert not is_orphan(own | {OWNER: "elsewhere/1/0.0"})
    assert not is_orphan({})


def test_labels_of_a_dead_process_are_orphans() -> None:
    """Also when its number was given to somebody else since; unless it was asked to be kept."""
    with Popen([sys.executable, "-c", ""]) as process:
        born = psutil.Process(process.pid).create_time()
    gone = {OWNER: f"{socket.gethostname()}/{process.pid}/{born}"}
    reborn = {OWNER: f"{socket.gethostname()}/{psutil.Process().pid}/1.0"}

    assert is_orphan(gone)
    assert is_orphan(reborn)
    assert not is_orphan(gone | {KEEP: "yes"})
