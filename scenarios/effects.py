"""Whether what an event brings was seen: the question behind every "not lost".

A person sees the page, so the answer has three values: *shown*; *missing*, when somebody looked for long enough and
nothing else explains it; *unsure* otherwise: nobody looked, somebody clicked, or something newer came.
"""

from dataclasses import dataclass
from enum import StrEnum

from scenarios.conversing import copies, is_readable, message_id, read_after
from scenarios.happened import Event
from scenarios.history import History
from scenarios.sighting import Sighting
from scenarios.status import ChannelStatus

_GONE = frozenset({None, "closed", "removed"})


class Word(StrEnum):
    """What is known of an effect."""

    SHOWN = "shown"
    MISSING = "missing"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Effect:
    """What is known of an effect, since when, and the records that show it."""

    word: Word
    at_s: float | None = None
    witness: tuple[int, ...] = ()
    shown_instead: str = ""


_UNSURE = Effect(Word.UNSURE)


def effect_of(history: History, event: Event, *, by_s: float) -> Effect:
    """Whether the effect of an event was seen, at the latest at `by_s`."""
    channel = history.channel_of.get(event.instance)
    if channel is None:
        return _UNSURE
    if is_readable(event):
        return _message(history, channel, event, by_s)
    if event.code is None and event.state not in {"open", "close"}:
        return _UNSURE
    return _look(history, channel, event, by_s)


def brings(seen: Sighting, event: Event) -> bool:
    """Whether a look shows what the event brings; any status but CONNECTED may follow a `close`."""
    if event.code is not None:
        return seen.code == event.code
    return (seen.status == ChannelStatus.CONNECTED) == (event.state == "open")


def _look(history: History, channel: str, event: Event, by_s: float) -> Effect:
    last: Sighting | None = None
    for seen in history.sightings_of.get(channel, ()):
        if seen.at_s > by_s:
            break
        if seen.status is None:
            continue
        if seen.as_of_s >= event.t and brings(seen, event):
            return Effect(Word.SHOWN, seen.at_s, (seen.seq,))
        last = seen
    if last is None or brings(last, event) or not _is_due(history, channel, event, by_s):
        return _UNSURE
    return Effect(Word.MISSING, None, (last.seq,), f"the status {last.status}")


def _is_due(history: History, channel: str, event: Event, by_s: float) -> bool:
    """Whether somebody looked until then, nobody clicked, and the instance is still as the event says."""
    if history.watched_until_s(channel) < by_s:
        return False
    click = history.next_click(channel, event.t)
    if click is not None and click.t <= by_s:
        return False
    phase = history.phase_at(event.instance, by_s)
    if event.code is None:
        return phase == "open" if event.state == "open" else phase in _GONE
    given = [qr for qr in history.qrs_of.get(event.instance, ()) if qr.t <= by_s]
    return phase == "qr" and bool(given) and given[-1].code == event.code


def _message(history: History, channel: str, event: Event, by_s: float) -> Effect:
    wanted = message_id(event) or ""
    for read in history.messages_of.get(channel, ()):
        if copies(read, wanted):
            return Effect(Word.SHOWN, read.at_s, (read.seq,))
    late = read_after(history, channel, by_s)
    left = history.next_click(channel, event.t, "delete")
    if late is None or (left is not None and left.t <= late.asked_s):
        return _UNSURE
    return Effect(Word.MISSING, None, (late.seq,), f"{len(late.messages)} messages without it")
