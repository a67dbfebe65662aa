"""I8: an event that never arrived: the channel converges all the same, because the backend asks Evolution.

Lost is what no address was told in a way that can be read: dropped, given up after the last retry, damaged, or never
sent for want of a webhook. How things really stand is what the fake says of the instance. Where they stay so for long
enough and nobody clicks, the channel must show it within a time that depends on who waits: a person in front of a QR
code, or nobody, while a connection is thought to be fine.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.downtime import disturbed
from scenarios.happened import Event, State
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant
from scenarios.sighting import Sighting
from scenarios.status import ChannelStatus

# A person waits: nobody looks at a wrong page for longer.
WAITED_FOR_S_MAX = 40.0
# Nobody waits: a connection that was lost without a word.
UNNOTICED_S_MAX = 90.0
# After somebody had the backend compare its channels with Evolution.
RECONCILED_S_MAX = 10.0
_SHOWN_AS = {
    "open": frozenset({ChannelStatus.CONNECTED}),
    "closed": frozenset({ChannelStatus.DISCONNECTED, ChannelStatus.ERROR}),
    "qr": frozenset({ChannelStatus.QRCODE}),
}
_PHASE_OF_STATE = {"open": "open", "close": "closed"}


@dataclass(frozen=True, slots=True)
class _Lost:
    """An event that never arrived, how things stand since, and until when the channel must show it."""

    channel: str
    event: Event
    phase: str
    before: Sighting
    due_s: float


@invariant("I8", gap=Duty.RECOVERY, title="a channel whose webhooks are lost converges by asking Evolution")
def lost_event(history: History) -> Iterator[Judgement]:
    """Judge every QR, `open` and `close` that never arrived."""
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        if channel is None:
            continue
        for event in events:
            phase = "qr" if event.code is not None else _PHASE_OF_STATE.get(event.state or "")
            if phase is not None and not history.received(event):
                lost = _lost(history, channel, event, phase)
                if lost is not None:
                    yield from _judge(history, lost)


def _lost(history: History, channel: str, event: Event, phase: str) -> _Lost | None:
    """The event as something to converge from; None where the channel showed it already."""
    looks = [seen for seen in history.sightings_of.get(channel, ()) if seen.status is not None]
    before = next((seen for seen in reversed(looks) if seen.at_s <= event.t), None)
    if before is None or (before.status in _SHOWN_AS[phase] and phase != "qr"):
        return None
    unnoticed = before.status == ChannelStatus.CONNECTED
    due_s = event.t + (UNNOTICED_S_MAX if unnoticed else WAITED_FOR_S_MAX)
    asked = (step.t for step in history.steps if step.do == "reconcile" and step.outcome == "done" and step.t > event.t)
    return _Lost(channel, event, phase, before, min([due_s, *(t + RECONCILED_S_MAX for t in asked)]))


def _judge(history: History, lost: _Lost) -> Iterator[Judgement]:
    click = history.next_click(lost.channel, lost.event.t)
    left = _left(history, lost)
    until_s = min(
        lost.due_s,
        history.watched_until_s(lost.channel),
        *(() if click is None else (click.t,)),
        *(() if left is None else (left.t,)),
        lost.due_s,
    )
    last = lost.before
    for seen in history.sightings_of.get(lost.channel, ()):
        if seen.at_s > until_s:
            break
        if seen.status is not None and seen.as_of_s >= lost.event.t:
            last = seen
            if _shows(history, seen, lost):
                yield Judgement(holds=True, subject=f"channel {lost.channel}", t=seen.at_s)
                return
    if until_s >= lost.due_s and not _shows(history, last, lost) and not _hindered(history, lost):
        yield _broken(lost, last)


def _shows(history: History, seen: Sighting, lost: _Lost) -> bool:
    if seen.status not in _SHOWN_AS[lost.phase]:
        return False
    qr = history.qrs.get(seen.code or "")
    return lost.phase != "qr" or (qr is not None and qr.t >= lost.event.t - 1.0)


def _left(history: History, lost: _Lost) -> State | None:
    """When things no longer stood as the event says."""
    states = history.states_of.get(lost.event.instance, ())
    return next((state for state in states if state.t > lost.event.t and state.phase != lost.phase), None)


def _hindered(history: History, lost: _Lost) -> bool:
    """Whether the backend could not ask: something was away, or Evolution's answers were tampered with."""
    tampered = any(fault.delivery is None and fault.t <= lost.due_s for fault in history.faults)
    return tampered or disturbed(history, lost.event.t, lost.due_s)


def _broken(lost: _Lost, last: Sighting) -> Judgement:
    waited_s = lost.due_s - lost.event.t
    return Judgement(
        holds=False,
        subject=f"channel {lost.channel}",
        t=lost.due_s,
        size=waited_s,
        witness=(lost.event.seq, last.seq),
        sentence=(
            f"{Duty.RECOVERY}: channel {lost.channel}: '{lost.event}' never arrived, and {waited_s:.0f} s later the "
            f"channel still showed {last.status} while the instance was '{lost.phase}'; expected "
            f"{' or '.join(sorted(_SHOWN_AS[lost.phase]))}; look whether silent channels are compared with "
            f"`connectionState`, how often, and what is made of the answer"
        ),
    )
