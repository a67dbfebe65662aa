"""`docker compose`, whichever of its forms there is: its refusals are one line, with what to do."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .errors import BackendFailedError, StackError

PROBE_S = 20.0
UP_S_MAX = 900.0  # images may have to be pulled and built


@cache
def compose_command() -> tuple[str, ...]:
    """The plugin where there is one, else the program; StackError where there is neither."""
    if shutil.which("docker") and _runs("docker", "compose", "version"):
        return ("docker", "compose")
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    raise StackError(
        "there is no `docker compose` here: install the package docker-compose-plugin (or docker-compose), "
        "or use --stack containers"
    )


@dataclass(frozen=True, slots=True)
class Project:
    """A compose file with our own beside it, under a name of the run's own."""

    name: str
    file: Path
    override: Path

    def services(self) -> list[str]:
        """The names of its services; StackError when the file is not legal."""
        return self._asked("config", "--services").split()

    def up(self, service: str) -> None:
        """Start the service and what it depends on."""
        self._asked("up", "--detach", service, timeout_s=UP_S_MAX)

    def _asked(self, *arguments: str, timeout_s: float = PROBE_S) -> str:
        # Without our own file where that does not exist yet: it is made from what the other one says.
        files = [str(path) for path in (self.file, self.override) if path.exists()]
        command = [*compose_command(), "--project-name", self.name, "--project-directory", str(self.file.parent)]
        command += [word for path in files for word in ("--file", path)]
        try:
            done = subprocess.run(  # noqa: S603  the user's own compose file
                [*command, *arguments], check=False, capture_output=True, text=True, timeout=timeout_s
            )
        except subprocess.TimeoutExpired:
            raise StackError(f"`compose {arguments[0]}` did not end within {timeout_s:g} s") from None
        if done.returncode:
            raise _refusal(self.file, arguments, done.stderr)
        return done.stdout


def write_override(path: Path, services: Sequence[str], backend: str, changes: Mapping[str, Any], labels: Any) -> None:
    """Our own file: labels for all services, variables and a port for the backend. JSON is YAML, too."""
    content: dict[str, dict[str, Any]] = {name: {"labels": labels} for name in services}
    content[backend] |= changes
    path.write_text(json.dumps({"version": "3.8", "services": content}, indent=1))


def _refusal(file: Path, arguments: Sequence[str], stderr: str) -> StackError:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    told = next(
        (line for line in reversed(lines) if "rror" in line or "didn't complete" in line), "\n".join(lines[-1:])
    )
    if any("already allocated" in line or "address already in use" in line for line in lines):
        return StackError(
            f"{file}: a port that it publishes is taken ({told}); free it, or publish none", log_tail=lines
        )
    if any("didn't complete successfully" in line for line in lines):
        return BackendFailedError(f"{file}: {told}", log_tail=lines)
    return StackError(f"{file}: `compose {arguments[0]}` refused: {told or 'without a word'}", log_tail=lines)


def _runs(*command: str) -> bool:
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=PROBE_S)  # noqa: S603  ours
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
