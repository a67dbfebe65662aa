"""Which processor core a process runs on."""

import os

_ALL = "LOAD_BENCH_CORES"  # handed down to the processes that a pinned process starts, which would see one core only


def pin(number: int) -> None:
    """Stay on the n-th core that this process may use, or as near as it gets; nothing where that is not possible."""
    if hasattr(os, "sched_setaffinity"):
        cores = _usable()
        os.environ[_ALL] = ",".join(map(str, cores))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def count() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _usable() -> list[int]:
    told = os.environ.get(_ALL)
    return sorted(os.sched_getaffinity(0)) if told is None else [int(core) for core in told.split(",")]
