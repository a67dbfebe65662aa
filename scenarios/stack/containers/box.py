"""One container of a run: its lines go into a file, its end is noticed, and it can be stopped and started."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.stack.child import LINE_CHARS, TAIL_LINES

if TYPE_CHECKING:
    from docker.models.containers import Container

ENDED = frozenset({"exited", "dead"})
STOP_S = 10


class Box:
    """A container that was created; blocking calls, to be made beside the event loop."""

    def __init__(self, container: "Container", *, name: str, log: Path) -> None:
        self.name = name
        self._container = container
        self._log = log
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._on_exit: Callable[[int], None] = lambda _code: None
        self._expected = threading.Event()
        self._watcher: threading.Thread | None = None
        self._lines_seen = 0

    @property
    def id(self) -> str:
        """Docker's id of it."""
        return str(self._container.id)

    def on_exit(self, callback: Callable[[int], None]) -> None:
        """Call back, from a thread of ours, at every end that nobody asked for."""
        self._on_exit = callback

    def tail(self, count: int = 20) -> list[str]:
        """The last lines that it wrote, oldest first."""
        return list(self._tail)[-count:]

    def watch(self) -> None:
        """Follow what it writes until it ends."""
        self._expected.clear()
        self._watcher = threading.Thread(target=self._follow, name=f"{self.name}-log", daemon=True)
        self._watcher.start()

    def start(self) -> None:
        """Start it, or start it again."""
        self._container.start()
        self.watch()

    def runs(self) -> bool:
        """Whether its process is there."""
        self._container.reload()
        return str(self._container.status) not in ENDED

    def wait(self, timeout_s: float) -> int | None:
        """Its exit code; None when it has not ended in time."""
        if self._watcher is not None:
            self._watcher.join(timeout_s)
            if self._watcher.is_alive():
                return None
        return self._exit_code()

    def kill(self) -> int:
        """End it at once."""
        return self._end(self._container.kill)

    def stop(self) -> int:
        """End it in its own way, within the grace time."""
        return self._end(lambda: self._container.stop(timeout=STOP_S))

    def pause(self) -> None:
        """Let it stand still."""
        self._container.pause()

    def resume(self) -> None:
        """Let it go on."""
        self._container.unpause()

    def expect_the_end(self) -> None:
        """Its end is no news from here on."""
        self._expected.set()

    def _end(self, how: Callable[[], object]) -> int:
        self._expected.set()
        how()
        self._join()
        return self._exit_code()

    def _join(self) -> None:
        if self._watcher is not None:
            self._watcher.join(STOP_S)

    def _exit_code(self) -> int:
        return int(self._container.wait(timeout=STOP_S * 2)["StatusCode"])

    def _follow(self) -> None:
        """Every line once: what a started-again container wrote before is in the file already."""
        skipped, rest = self._lines_seen, b""
        with self._log.open("ab", buffering=0) as file, _gone_is_the_end():
            for chunk in self._container.logs(stream=True, follow=True):
                *lines, rest = (rest + chunk).split(b"\n")
                fresh = lines[skipped:]
                skipped = max(0, skipped - len(lines))
                for line in fresh:
                    file.write(line + b"\n")
                    self._keep(line)
            if rest:
                file.write(rest + b"\n")
                self._keep(rest)
            self._tell()

    def _keep(self, line: bytes) -> None:
        self._lines_seen += 1
        self._tail.append(line.decode(errors="replace").rstrip()[:LINE_CHARS])

    def _tell(self) -> None:
        code = self._exit_code()
        if not self._expected.is_set():
            self._on_exit(code)


def _gone_is_the_end() -> Any:
    """A container that was removed, or a Docker that went away, ends the following; `close` has removed it then."""
    from docker.errors import DockerException  # noqa: PLC0415  loaded only where Docker is used
    from requests.exceptions import RequestException  # noqa: PLC0415

    return contextlib.suppress(DockerException, RequestException, OSError)
