"""Packages of npm for the tests: exactly those of the lock, installed once and kept in pytest's cache."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
FILES = ("package.json", "package-lock.json", ".npmrc")
INSTALL_S_MAX = 180
NOT_REACHED = re.compile(
    r"npm (?:error|ERR!) code (E(?:NOTFOUND|AI_AGAIN|CONN\w+|(?:SOCKET)?TIMED?OUT|NETUNREACH|40[1345]))"
)
"""What npm says when there is no network, no registry, or one that does not give away these packages."""


def node_packages(cache: Path) -> tuple[str, Path]:
    """Where node is, and a directory with the packages of the lock; skips where neither can be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("NO NODE: node and npm are not both installed, the n8n node was not run")
    place = cache / _fingerprint()
    if not place.is_dir():
        _install(npm, place)
    return node, place


def _fingerprint() -> str:
    return hashlib.sha256(b"".join((CLIENTS / name).read_bytes() for name in FILES)).hexdigest()[:16]


def _install(npm: str, place: Path) -> None:
    """Installs beside `place` and moves there what is complete, so that a cut installation is never used."""
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        for name in FILES:
            shutil.copy(CLIENTS / name, made)
        _run(npm, made)
        try:
            made.rename(place)
        except OSError:
            if not place.is_dir():  # else another process was quicker
                raise


def _run(npm: str, place: Path) -> None:
    command = [npm, "ci"]
    try:
        done = subprocess.run(  # noqa: S603  the command is npm, as installed on this machine
            command, cwd=place, capture_output=True, text=True, timeout=INSTALL_S_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"NO REGISTRY: npm did not end within {INSTALL_S_MAX} s, the n8n node was not run")
    if found := NOT_REACHED.search(done.stderr):
        pytest.skip(f"NO REGISTRY: npm says {found[1]}, the n8n node was not run")
    assert done.returncode == 0, f"npm ci failed; its log ends with:\n{done.stderr[-2000:]}"
