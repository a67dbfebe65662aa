"""Removes by label what a run has made in Docker, also when the run itself is killed.

A process that dies of SIGKILL cleans nothing up. This one is started beside it and reads a pipe that only the run
holds open: when the pipe ends without the word that all is clean, it removes whatever carries the run's labels. It
is run as a plain file, so it imports nothing of ours.
"""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import docker
from docker.errors import APIError

ALL_CLEAN = "clean"
SETTLING_S = 1.0
TRIES = 20


def remove(client: docker.DockerClient, labels: Iterable[str]) -> int:
    """Remove every container, network and volume with one of these labels; how many are left."""
    left = 0
    for label in labels:
        filters: dict[str, Any] = {"label": label}
        left += _removed(client.containers.list(all=True, filters=filters, ignore_removed=True), force=True, v=True)
        left += _removed(client.networks.list(filters=filters))
        left += _removed(client.volumes.list(filters=filters), force=True)
    return left


def remove_all(client: docker.DockerClient, labels: Iterable[str], pause: Callable[[float], None]) -> int:
    """Remove until nothing is left: a network goes only after its last container has."""
    left = 0
    for _ in range(TRIES):
        left = remove(client, labels)
        if not left:
            break
        pause(SETTLING_S / 4)
    return left


def _removed(things: Iterable[Any], **how: bool) -> int:
    """Remove each; how many refused. One that is gone by now is what was wanted."""
    refused = 0
    for thing in things:
        try:
            thing.remove(**how)
        except APIError as error:
            refused += error.status_code != 404  # noqa: PLR2004  not found
    return refused


def main(labels: list[str]) -> None:
    """Wait for the end of the run, then leave nothing of it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(ValueError):
            signal.signal(number, signal.SIG_IGN)
    if sys.stdin.read().strip() == ALL_CLEAN:
        return
    client = docker.from_env()
    # What the run had just asked for may still be in the making: look twice.
    remove_all(client, labels, time.sleep)
    time.sleep(SETTLING_S)
    remove_all(client, labels, time.sleep)


if __name__ == "__main__":
    main(sys.argv[1:])
