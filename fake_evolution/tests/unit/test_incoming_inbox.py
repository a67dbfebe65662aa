"""Tests of what the process remembers, and of work that goes on by itself."""

import asyncio

import pytest

from fake_evolution.errors import ConfigError
from fake_evolution.inbox import Chores, Inbox


def test_inbox_forgets_after_a_while() -> None:
    """A thing is known until its time is over, and may be noted again."""
    inbox = Inbox()
    inbox.note("3A1", now_s=10.0, for_s=300.0)

    assert inbox.knows("3A1", now_s=309.9)
    assert not inbox.knows("3A1", now_s=310.0)
    assert not inbox.knows("3A2", now_s=10.0)


def test_inbox_holds_no_more_than_its_limit() -> None:
    """The oldest make room when too much is noted."""
    inbox = Inbox()

    for number in range(10_001):
        inbox.note(str(number), now_s=0.0, for_s=300.0)

    assert not inbox.knows("0", now_s=1.0)
    assert inbox.knows("10000", now_s=1.0)


async def test_refusal_at_once_reaches_who_started_the_work() -> None:
    """Wrong data are the caller's to mend."""
    bugs: list[BaseException] = []

    async def refuse() -> None:
        raise ConfigError("data is no batch")

    with pytest.raises(ConfigError, match="data is no batch"):
        await Chores(bugs.append).start(refuse())

    assert bugs == []


async def test_failure_of_later_work_is_a_bug() -> None:
    """Work that has waited for something has nobody to tell but the owner of the fake."""
    bugs: list[BaseException] = []
    chores, gate = Chores(bugs.append), asyncio.Event()

    async def stumble() -> None:
        await gate.wait()
        raise KeyError("id")

    await chores.start(stumble())
    gate.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert [type(bug) for bug in bugs] == [KeyError]


async def test_work_can_be_cut_off() -> None:
    """What waits for ever ends when all work is stopped, and is no bug."""
    bugs: list[BaseException] = []
    chores = Chores(bugs.append)
    await chores.start(asyncio.Event().wait())  # type: ignore[arg-type]  # what it returns is of no interest

    await chores.stop()

    assert (bugs, chores._tasks) == ([], set())
