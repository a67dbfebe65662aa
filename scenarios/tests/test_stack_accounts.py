"""Root hands PostgreSQL to an account that can reach what it needs."""

import os
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from scenarios.stack import StackError, accounts
from scenarios.stack.accounts import Account, scratch_base, unprivileged_account

STRANGER = Account("stranger", 54_321, 54_321)


def passwd(monkeypatch: pytest.MonkeyPatch, *entries: tuple[str, int]) -> None:
    """Be root on a system with these accounts."""
    people = [SimpleNamespace(pw_name=name, pw_uid=uid, pw_gid=uid) for name, uid in entries]
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwall", lambda: people)


def test_an_ordinary_user_needs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only root looks for somebody else."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert unprivileged_account() is None


@pytest.mark.parametrize(
    ("entries", "chosen"),
    [
        ([("root", 0), ("daemon", 1), ("nobody", 65534)], "nobody"),
        ([("root", 0), ("postgres", 70)], "postgres"),
        ([("root", 0), ("toor", 0), ("zoe", 1001), ("ana", 1000)], "ana"),
    ],
)
def test_root_takes_an_account_that_exists(
    monkeypatch: pytest.MonkeyPatch, entries: list[tuple[str, int]], chosen: str
) -> None:
    """Well-known names first, then anybody but root by whatever name."""
    passwd(monkeypatch, *entries)

    account = unprivileged_account()

    assert account is not None
    assert account.name == chosen


def test_root_alone_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any other account there is no PostgreSQL, and the line says how to get one."""
    passwd(monkeypatch, ("root", 0))

    with pytest.raises(StackError, match="no other user account: add one"):
        unprivileged_account()


def test_a_closed_directory_above_closes_everything_below(tmp_path: Path) -> None:
    """What counts is every step of the way, not the last one."""
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o777)
    tmp_path.chmod(0o700)

    assert not STRANGER.may_enter(inner)


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "enters"),
    [(0o700, 7, 7, True), (0o077, 7, 8, False), (0o710, 8, 7, True), (0o701, 8, 7, False), (0o701, 8, 8, True)],
)
def test_modes_are_read_as_the_system_does(*, mode: int, uid: int, gid: int, enters: bool) -> None:
    """Owner, group and others are asked in this order, and the first that fits decides."""
    found = os.stat_result((mode, 0, 0, 1, uid, gid, 0, 0, 0, 0))

    assert Account("somebody", 7, 7)._may_pass(found) is enters


def test_a_closed_temporary_directory_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a TMPDIR that the account cannot enter, a public directory serves."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    assert str(scratch_base(STRANGER)) in accounts.PUBLIC_DIRECTORIES
    assert scratch_base(None) == tmp_path.resolve()


def test_no_enterable_directory_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the account, the directory and the way out."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(accounts, "PUBLIC_DIRECTORIES", ())

    with pytest.raises(StackError, match=r"user 'stranger'.*cannot enter .*set TMPDIR"):
        scratch_base(STRANGER)
