"""Tests of the table of states: what may happen when."""

import pytest

from fake_evolution.domain.instance import step
from fake_evolution.domain.signals import Connect
from fake_evolution.domain.states import LEGAL, MEMORY, Link, Phase, Signal
from fake_evolution.errors import IllegalSignalError
from fake_evolution.tests.stories import facts, instance_in, sample

# Written a second time on purpose: a change of the table has to be meant.
EXPECTED = """
                  closed  starting  qr  paired  opening  open
Connect           yes     -         -   -       -        -
Restart           -       yes       yes yes     yes      yes
Logout            -       yes       yes yes     yes      yes
SocketConnecting  yes     yes       yes -       yes      -
QrArrived         -       yes       yes -       -        -
PhonePaired       -       -         yes -       -        -
SocketOpened      -       -         -   -       yes      -
SocketClosed      -       yes       yes yes     yes      yes
CleanedUp         yes     yes       yes yes     yes      yes
"""
ALL = [(phase, signal) for phase in Phase for signal in Signal]
YES = [pair for pair in ALL if pair[1] in LEGAL[pair[0]]]
NO = [pair for pair in ALL if pair[1] not in LEGAL[pair[0]]]


def test_table_says_what_the_documentation_says() -> None:
    """Every phase allows exactly the signals that the written table gives it."""
    phases, *rows = (line.split() for line in EXPECTED.strip().splitlines())

    written = {(phase, row[0]) for row in rows for phase, cell in zip(phases, row[1:], strict=True) if cell == "yes"}

    assert {(str(phase), str(signal)) for phase, signal in YES} == written


@pytest.mark.parametrize(("phase", "signal"), YES)
def test_legal_signal_happens(phase: Phase, signal: Signal) -> None:
    """A signal that the table has moves the instance to a phase that the table knows."""
    before = instance_in(phase)

    moved = step(before, sample(signal, before), facts()).instance

    assert moved.phase in LEGAL
    assert moved.name == before.name


@pytest.mark.parametrize(("phase", "signal"), NO)
def test_illegal_signal_is_refused_and_changes_nothing(phase: Phase, signal: Signal) -> None:
    """A signal that the table lacks raises, and the instance is what it was."""
    before = instance_in(phase)

    with pytest.raises(IllegalSignalError, match=f"{signal} is not legal while instance 'sales' is '{phase}'"):
        step(before, sample(signal, before), facts())

    assert before == instance_in(phase)


def test_refusal_lists_what_would_be_legal() -> None:
    """The sentence of a refusal names asked, found and legal, without what nobody can ask for."""
    with pytest.raises(IllegalSignalError) as refusal:
        step(instance_in(Phase.OPEN), Connect(), facts())

    assert str(refusal.value) == (
        "Connect is not legal while instance 'sales' is 'open'; legal here: Logout, Restart, SocketClosed"
    )


def test_memory_has_only_the_three_words_of_the_api() -> None:
    """Each phase has the word that connectionState answers."""
    assert MEMORY == {
        Phase.CLOSED: Link.CLOSE,
        Phase.STARTING: Link.CONNECTING,
        Phase.QR: Link.CONNECTING,
        Phase.PAIRED: Link.CONNECTING,
        Phase.OPENING: Link.CONNECTING,
        Phase.OPEN: Link.OPEN,
    }
