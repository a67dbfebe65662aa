"""Who runs PostgreSQL: it refuses root, so root hands it to an account that owns nothing else."""

import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import StackError

PREFERRED = ("nobody", "postgres", "daemon")
PUBLIC_DIRECTORIES = ("/tmp", "/var/tmp")  # noqa: S108  only as places that every account can enter


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group to start a process as."""

    name: str
    uid: int
    gid: int

    def may_enter(self, path: Path) -> bool:
        """Whether every directory down to `path` lets this account through."""
        return all(self._may_pass(step.stat()) for step in (path, *path.parents))

    def _may_pass(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def unprivileged_account() -> Account | None:
    """The account for a server that refuses root; None when we are an ordinary user and need no other."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415  exists on POSIX only

    entries = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    names = [name for name in PREFERRED if name in entries] or sorted(entries)
    if not names:
        raise StackError(
            "PostgreSQL does not run as root, and this system has no other user account: "
            "add one (for example with `useradd pg`) or run as an ordinary user"
        )
    entry = entries[names[0]]
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def scratch_base(account: Account | None) -> Path:
    """The directory for temporary data: the system's own, unless the other account could not enter it."""
    own = Path(tempfile.gettempdir()).resolve()
    if account is None:
        return own
    for base in (own, *(Path(name) for name in PUBLIC_DIRECTORIES)):
        if base.is_dir() and account.may_enter(base):
            return base
    raise StackError(
        f"user '{account.name}', who has to run PostgreSQL because root may not, cannot enter {own}: "
        "set TMPDIR to a directory that every user can enter, or run as an ordinary user"
    )
