"""One process of the stack: its last lines are kept, its end is noticed, nothing of it outlives `stop`."""

import contextlib
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import psutil

TAIL_LINES = 200
LINE_CHARS = 2_000


class Child:
    """A running process, watched by two threads so that the loop of the run never waits for it."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        *,
        name: str,
        stop_signal: signal.Signals = signal.SIGTERM,
        ready: Callable[[str], bool] | None = None,
        log: Path | None = None,
    ) -> None:
        self.name = name
        self.pid = process.pid
        self.exit_code: int | None = None
        self._process = process
        self._stop_signal = stop_signal
        self._is_ready_line = ready or (lambda _line: False)
        self._ready = False
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._on_exit: list[Callable[[int], None]] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, args=(log,), name=f"{name}-output", daemon=True)
        self._waiter = threading.Thread(target=self._wait, name=f"{name}-exit", daemon=True)
        self._reader.start()
        self._waiter.start()

    def tail(self, count: int = 20) -> list[str]:
        """The last lines that the process wrote, oldest first."""
        with self._changed:
            return list(self._tail)[-count:]

    def wait_ready(self, deadline_s: float) -> bool:
        """True when the line that says so came in time; false at the deadline or when the process ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self.exit_code is not None, deadline_s)
            return self._ready and self.exit_code is None

    def wait_exit(self, deadline_s: float) -> bool:
        """True when the process ended in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self.exit_code is not None, deadline_s)

    def on_exit(self, callback: Callable[[int], None]) -> None:
        """Call back once with the exit code, from a thread of ours; at once when it has ended already."""
        with self._changed:
            if self.exit_code is None:
                self._on_exit.append(callback)
                return
            code = self.exit_code
        callback(code)

    def stop(self, *, grace_s: float = 5.0) -> None:
        """End the whole process group: in its own way within the grace time, else by force."""
        # Never signal a process that ended long ago: its pid may belong to a stranger by now.
        if self.exit_code is None:
            self._signal(self._stop_signal)
        if not self.wait_exit(grace_s):
            self._signal(signal.SIGKILL)
        self._waiter.join(grace_s)
        self._reader.join(grace_s)

    def freeze(self) -> None:
        """Let it stand still, with all that it started; the process itself first, so that it starts no more."""
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                process.suspend()

    def thaw(self) -> None:
        """Let it go on."""
        for process in reversed(self._family()):
            with contextlib.suppress(psutil.Error):
                process.resume()

    def kill(self, *, wait_s: float = 5.0) -> int | None:
        """End it by force, with all that it started; its exit code."""
        self.freeze()
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.wait_exit(wait_s)
        return self.exit_code

    def _family(self) -> list[psutil.Process]:
        """The process and everything below it, wherever in groups and sessions they have put themselves."""
        if self.exit_code is not None:
            return []
        try:
            head = psutil.Process(self.pid)
            return [head, *head.children(recursive=True)]
        except psutil.Error:
            return []

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _read(self, log: Path | None) -> None:
        assert self._process.stdout is not None  # noqa: S101  opened with a pipe, always
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._process.stdout)
            sink = stack.enter_context(log.open("ab", buffering=0)) if log else None
            for raw in self._process.stdout:
                if sink:
                    sink.write(raw)
                self._keep(raw.decode(errors="replace").rstrip()[:LINE_CHARS])

    def _keep(self, line: str) -> None:
        with self._changed:
            self._tail.append(line)
            if not self._ready and self._is_ready_line(line):
                self._ready = True
                self._changed.notify_all()

    def _wait(self) -> None:
        code = self._process.wait()
        # What it had started itself must not stay behind.
        self._signal(signal.SIGKILL)
        # The last lines tell why it ended, so they are read first; a grandchild may hold the pipe open.
        self._reader.join(1.0)
        with self._changed:
            self.exit_code = code
            callbacks, self._on_exit = self._on_exit, []
            self._changed.notify_all()
        for callback in callbacks:
            callback(code)
