"""A directory and the processes that work in it: both end with this process, however it ends.

Three nets, each for what slips through the one before: `close` on the way out (success, failure, Ctrl-C), the
guard when this process is killed, and a sweep at the next start when the guard was killed too.
"""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Self

import psutil

from . import guard
from .accounts import Account, scratch_base, unprivileged_account
from .child import Child
from .errors import StackError

PREFIX = "fake-evolution-stack-"
PROCESSES = "processes"
LOCK = "lock"
SETTLING_S = 5.0  # a directory younger than this may not have its lock yet


class Scratch:
    """Starts processes in a temporary directory of their own and guarantees their end; a context manager."""

    def __init__(self, *, base: Path | None = None) -> None:
        self.account = unprivileged_account()
        base = base or scratch_base(self.account)
        sweep(base)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        self._lock = _hold(self.path / LOCK)
        self._children: list[Child] = []
        try:
            self._guard = _start_guard(self.path)
        except OSError as error:
            self._unlock()
            shutil.rmtree(self.path)
            raise StackError(f"cannot start a second {sys.executable}: {error.strerror}") from error
        # The other account must be able to pass; what is inside stays closed to others, one directory each.
        self.path.chmod(0o711)
        assert self._guard.stdin is not None  # noqa: S101  opened with a pipe, always
        self._guard_pipe = self._guard.stdin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def directory(self, name: str) -> Path:
        """A new directory that nobody else may read."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.path))

    def hand_over(self, path: Path) -> None:
        """Give a file or directory, with all that is in it, to the account of the servers."""
        if self.account is None:
            return
        for each in (path, *path.rglob("*")):
            os.chown(each, self.account.uid, self.account.gid, follow_symlinks=False)

    def spawn(
        self,
        argv: Sequence[str],
        *,
        name: str,
        account: Account | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        ready: Callable[[str], bool] | None = None,
        log: Path | None = None,
    ) -> Child:
        """Start a process in a session of its own, so that Ctrl-C reaches us alone and we end it in order."""
        try:
            process = subprocess.Popen(  # noqa: S603  the commands are ours or the user's own setting
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=env,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        except OSError as error:
            hint = "install it, or correct the command"
            raise StackError(f"cannot start {name} with {argv[0]}: {error.strerror or error}; {hint}") from error
        self._watch(process.pid, stop_signal)
        child = Child(process, name=name, stop_signal=stop_signal, ready=ready, log=log)
        child.on_exit(lambda _code: self._tell_guard(f"forget {child.pid}"))
        self._children.append(child)
        return child

    def close(self) -> None:
        """End every process, newest first, and remove the directory; doing it twice is harmless."""
        while self._children:
            self._children.pop().stop()
        if self._lock is None:
            return
        self._guard_pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._guard.wait(guard.GRACE_S * 2)
        self._unlock()
        # The guard has done it, unless somebody killed the guard.
        shutil.rmtree(self.path, ignore_errors=True)

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _watch(self, pid: int, stop_signal: signal.Signals) -> None:
        self._tell_guard(f"watch {pid} {int(stop_signal)}")
        with contextlib.suppress(psutil.Error), (self.path / PROCESSES).open("a") as file:
            file.write(f"{pid} {psutil.Process(pid).create_time()} {int(stop_signal)}\n")

    def _tell_guard(self, line: str) -> None:
        # A guard that was killed is no reason to fail: the ordinary way out and the sweep are still there.
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._guard_pipe.write(f"{line}\n".encode())


def sweep(base: Path) -> None:
    """End and remove what earlier runs left in `base` when they and their guards were killed."""
    for path in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if not _is_old_and_ours(path):
                continue
            lock = _hold(path / LOCK)
            if lock is None:
                continue
            with lock:
                guard.end(_left_alive(path / PROCESSES))
                shutil.rmtree(path, ignore_errors=True)


def _is_old_and_ours(path: Path) -> bool:
    """Others can make directories of this name here, too; believing theirs would end processes for them."""
    found = path.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return ours and time.time() - found.st_mtime >= SETTLING_S


def _left_alive(processes: Path) -> dict[int, int]:
    """The recorded processes that still run, told from strangers with the same pid by their time of birth."""
    alive: dict[int, int] = {}
    for line in processes.read_text().splitlines() if processes.exists() else []:
        pid, born, stop_signal = line.split()
        with contextlib.suppress(psutil.Error):
            if psutil.Process(int(pid)).create_time() == float(born):
                alive[int(pid)] = int(stop_signal)
    return alive


def _hold(path: Path) -> IO[bytes] | None:
    """Lock a file until it is closed or its process ends; None when somebody alive holds it."""
    import fcntl  # noqa: PLC0415  exists on POSIX only; elsewhere the platform is refused before this

    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _start_guard(path: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-I", "-S", guard.__file__, str(path)]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, bufsize=0, start_new_session=True)  # noqa: S603  our own file
