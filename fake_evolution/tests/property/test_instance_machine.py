"""Any sequence of happenings leaves an instance that makes sense."""

from typing import Any

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fake_evolution.domain.events import EVENTS
from fake_evolution.domain.events.qrcode import QrcodeUpdated
from fake_evolution.domain.instance import Instance, step
from fake_evolution.domain.signals import (
    CleanedUp,
    Connect,
    Happening,
    Logout,
    Phone,
    PhonePaired,
    QrArrived,
    Restart,
    SocketClosed,
    SocketConnecting,
    SocketOpened,
)
from fake_evolution.domain.states import LEGAL, LOGGED_OUT_CODES, Link, Phase, Signal
from fake_evolution.errors import IllegalSignalError
from fake_evolution.tests.stories import FRESH, facts

LIMIT = 3
CODES = st.sampled_from([None, 401, 402, 403, 406, 408, 428, 440, 500, 503, 515])
SOCKETS = st.integers(1, 6)
NUMBERS = st.sampled_from([None, "5531988887777"])
PHONES = st.builds(Phone, st.sampled_from(["5531988887777", "5531977776666"]), st.just("Ana"))
# Not a clean-up: that one hits whatever session there is, as Q31 says, so it has a rule of its own.
happenings: st.SearchStrategy[Happening] = st.one_of(
    st.builds(Connect, NUMBERS),
    st.just(Restart()),
    st.just(Logout()),
    st.builds(SocketConnecting, SOCKETS),
    st.builds(QrArrived, SOCKETS, st.integers(0, 3)),
    st.builds(PhonePaired, PHONES),
    st.builds(SocketOpened, SOCKETS),
    st.builds(SocketClosed, CODES, st.just("gone"), st.none() | SOCKETS, st.sampled_from([0.0, 60.0])),
)


class InstanceMachine(RuleBasedStateMachine):
    """An instance to which anything may happen, at any time, and what it set in motion by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = facts(qr_limit=LIMIT, qr_refs=2)
        self.instance: Instance = FRESH
        self.pending: list[Happening] = []
        self.codes: list[str] = []

    def happen(self, happening: Happening) -> None:
        """Let it happen where it can; where it cannot nothing may change."""
        before = self.instance
        if happening.SIGNAL not in LEGAL[before.phase]:
            with pytest.raises(IllegalSignalError):
                step(before, happening, self.facts)
            return
        moved = step(before, happening, self.facts)
        self.instance = moved.instance
        self.pending += [later.happening for later in moved.later]
        self.codes += [event.code for event in moved.events if isinstance(event, QrcodeUpdated)]
        assert all(later.delay_s >= 0 for later in moved.later)
        assert all(type(event) in EVENTS[event.NAME] and orjson.dumps(event.data()) for event in moved.events)
        self.judge_session_end(before, happening, [event.NAME for event in moved.events])

    def judge_session_end(self, before: Instance, happening: Happening, told: list[str]) -> None:
        """A session that ends for good is told in three events; one that is cut off is told to nobody."""
        if not isinstance(happening, SocketClosed) or happening.socket not in (None, *before.sockets):
            return
        ended = ["status.instance", "logout.instance", "connection.update"]
        assert told == (ended if happening.code in LOGGED_OUT_CODES else [])

    @rule(happening=happenings)
    def anything(self, happening: Happening) -> None:
        """Something happens, whether it fits or not."""
        self.happen(happening)

    @rule()
    def clean_up(self) -> None:
        """The clean-up of some session runs."""
        self.happen(CleanedUp())

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def what_was_coming(self, data: Any) -> None:
        """One of the things that were on their way happens."""
        place = data.draw(st.integers(0, len(self.pending) - 1))
        self.happen(self.pending.pop(place))

    @invariant()
    def states_are_words_of_the_api(self) -> None:
        """Both states are always one of the three words."""
        assert self.instance.memory in Link
        assert self.instance.row in Link
        assert self.instance.phase in LEGAL

    @invariant()
    def qr_count_stays_within_the_limit(self) -> None:
        """No history shows more codes than the limit allows."""
        assert 0 <= self.instance.qr.count <= LIMIT

    @invariant()
    def sockets_are_numbered_in_order(self) -> None:
        """Live sockets are different ones of those that were made, oldest first."""
        sockets = self.instance.sockets
        assert list(sockets) == sorted(set(sockets) & set(range(1, self.instance.sockets_made + 1)))

    @invariant()
    def connecting_has_a_socket(self) -> None:
        """Whoever is connecting does so over a socket; whoever asks for a scan shows a code."""
        if self.instance.memory is Link.CONNECTING:
            assert self.instance.sockets
        if self.instance.phase is Phase.QR:
            assert self.instance.qr.code == self.codes[-1]

    @invariant()
    def open_has_an_account(self) -> None:
        """An open instance is known by the account that opened it."""
        if self.instance.memory is Link.OPEN:
            assert self.instance.owner is not None
            assert self.instance.sender == self.instance.owner.jid

    @invariant()
    def codes_are_never_shown_twice(self) -> None:
        """Every QR code of a life is a new one."""
        assert len(set(self.codes)) == len(self.codes)


TestInstance = InstanceMachine.TestCase
TestInstance.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_machine_knows_every_signal() -> None:
    """A new kind of happening has to be added to the machine."""
    assert {kind.SIGNAL for kind in Happening.__args__} == set(Signal)
