"""Tests of pinning: a process that a pinned one starts still finds its own core."""

import os
import subprocess
import sys

import pytest

from load.bench import cores

_CHILD = "from load.bench.cores import pin; import os; pin(1); print(sorted(os.sched_getaffinity(0)))"
_PARENT = (
    "from load.bench.cores import pin; import os, subprocess, sys; pin(0);"
    f" subprocess.run([sys.executable, '-c', {_CHILD!r}], check=True)"
)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system pins no processes")
@pytest.mark.skipif(cores.count() < 2, reason="there is one core only")
def test_child_of_a_pinned_process_goes_to_another_core() -> None:
    """The receiver is not where the fake is, although a child begins where its parent is pinned."""
    usable = sorted(os.sched_getaffinity(0))

    ended = subprocess.run([sys.executable, "-c", _PARENT], check=True, capture_output=True, text=True)  # noqa: S603

    assert ended.stdout.strip() == str([usable[1]])
