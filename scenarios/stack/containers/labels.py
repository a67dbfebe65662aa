"""What everything of a run is labelled with, so that nothing of it can be forgotten."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil

RUN = "fake-evolution.run"
OWNER = "fake-evolution.owner"
KEEP = "fake-evolution.keep"
COMPOSE_PROJECT = "com.docker.compose.project"


@dataclass(frozen=True, slots=True)
class RunLabels:
    """The labels of one run: which run, whose process, and whether it shall stay."""

    keep: bool = False
    run: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def filter(self) -> str:
        """What finds everything of this run."""
        return f"{RUN}={self.run}"

    @property
    def project(self) -> str:
        """The name for a compose project of this run, which labels what compose makes beside the services."""
        return project_name(self.run)

    def as_mapping(self) -> dict[str, str]:
        """The labels, for containers, networks and volumes alike."""
        kept = {KEEP: "yes"} if self.keep else {}
        return {RUN: self.run, OWNER: owner()} | kept


def project_name(run: str) -> str:
    """The compose project of a run."""
    return f"fake-evolution-{run}"


def owner() -> str:
    """This process, told from later ones with the same number by its time of birth."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{psutil.Process(pid).create_time()}"


def is_orphan(labels: Mapping[str, str]) -> bool:
    """Whether the process that these labels name was of this machine and is gone."""
    host, _, rest = labels.get(OWNER, "").partition("/")
    pid, _, born = rest.partition("/")
    if KEEP in labels or host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        return psutil.Process(int(pid)).create_time() != float(born)
    except psutil.NoSuchProcess:
        return True
    except (psutil.Error, ValueError):
        return False
