"""Bells and turns."""

import asyncio

import pytest

from channel_backend.signals import Signals, Turns


async def test_a_bell_rings_for_its_channel_only() -> None:
    """Whoever waits for channel 1 is not woken by channel 2."""
    signals = Signals()

    with signals.listening(1) as one, signals.listening(2) as two:
        signals.ring(1)

        assert (one.is_set(), two.is_set()) == (True, False)


async def test_closing_wakes_everybody() -> None:
    """At the end of the process nobody goes on waiting."""
    signals = Signals()

    with signals.listening(1) as one, signals.listening(2) as two:
        signals.close()

        assert (one.is_set(), two.is_set(), signals.is_closing) == (True, True, True)


async def test_turns_of_one_key_do_not_overlap() -> None:
    """The second comes in when the first is out; another key does not wait."""
    turns, other_came, story = Turns[int](), asyncio.Event(), list[str]()

    async def work(key: int, name: str) -> None:
        async with turns.taken(key):
            story.append(f"{name} in")
            await other_came.wait()
            story.append(f"{name} out")

    async def other() -> None:
        async with turns.taken(2):
            other_came.set()

    await asyncio.gather(work(1, "a"), work(1, "b"), other())

    assert story == ["a in", "a out", "b in", "b out"]


async def test_a_turn_ends_with_an_error_and_leaves_nothing() -> None:
    """A failure inside hands the turn on, and idle keys cost no memory."""
    turns: Turns[int] = Turns()

    with pytest.raises(ZeroDivisionError):
        async with turns.taken(1):
            _ = 1 / 0

    assert turns._locks == {}
