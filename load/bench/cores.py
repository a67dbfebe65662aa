"""Which processor core a process runs on."""

import os


def pin(number: int) -> None:
    """Stay on the n-th core that this process may use, or as near as it gets; nothing where that is not possible."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def count() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
