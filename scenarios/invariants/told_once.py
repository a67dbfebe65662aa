"""I31: every status change reaches the tenant's socket once, in order.

What lists and reads show is what happened; the socket must have told of each change shortly before or after it was
seen, must not say the same twice in a row, and what it said last must be what a person then sees.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from scenarios.downtime import disturbed
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant
from scenarios.sighting import Sighting, Via

# An announcement may come so long before or after the look that shows the same.
CROSSING_S = 2.0
# The same words so soon after each other tell of one change.
TWICE_S_MAX = 0.5
# So long the page must have been the same to know what it shows.
STALE_S = 8.0
# A socket may have been gone for so long before anybody noticed.
LOST_BEFORE_S = 10.0
_POLLED = frozenset({Via.LIST, Via.READ})


@invariant("I31", gap=Duty.LIVE_UPDATES, title="every status change reaches the tenant's socket once, in order")
def told_once(history: History) -> Iterator[Judgement]:
    """Judge every change of a channel's status, and every announcement of one."""
    for channel in history.channels:
        looks = [seen for seen in history.sightings_of.get(channel, ()) if seen.status is not None]
        told = [seen for seen in looks if seen.via == Via.SOCKET]
        polled = sorted((seen for seen in looks if seen.via in _POLLED), key=lambda seen: seen.as_of_s)
        page = _page(history, channel)
        if not told and (page.blind or channel not in history.life_of):
            # Whether anybody listened is not known.
            continue
        yield from _judge_changes(page, polled, told)
        yield from _judge_repeats(history, channel, told)
        yield from _judge_order(page, polled, told)


@dataclass(frozen=True, slots=True)
class _Page:
    """Whether anybody listened and looked: when socket or list were lost, nobody knows what was told or changed."""

    history: History
    channel: str
    blind: tuple[tuple[float, float], ...]

    def is_unclear(self, from_s: float, to_s: float) -> bool:
        """Whether it is left or deleted before the end of this time, blind in it, or something is broken on purpose."""
        history, channel = self.history, self.channel
        if history.watched_until_s(channel) < to_s or any(lost <= to_s and back >= from_s for lost, back in self.blind):
            return True
        deleted = any(click.action == "delete" and click.t <= to_s for click in history.clicks_of.get(channel, ()))
        return deleted or disturbed(history, from_s - CROSSING_S, to_s)


def _page(history: History, channel: str) -> _Page:
    """A page that lost its socket or its list is on record once when that happens, and once when it is over."""
    lost: dict[str, float] = {}
    blind: list[tuple[float, float]] = []
    for reply in history.replies_of.get("", ()):
        if reply.action in {"socket", "list"} and not reply.ok:
            lost.setdefault(reply.action, reply.t)
        elif reply.action in lost:
            blind.append((lost.pop(reply.action) - LOST_BEFORE_S, reply.t + CROSSING_S))
    blind += [(from_s - LOST_BEFORE_S, inf) for from_s in lost.values()]
    return _Page(history, channel, tuple(blind))


def _judge_changes(page: _Page, polled: Sequence[Sighting], told: Sequence[Sighting]) -> Iterator[Judgement]:
    """Each status that a look shows for the first time must have been announced around then."""
    for before, seen in pairwise(polled):
        from_s, to_s = before.as_of_s - CROSSING_S, seen.at_s + CROSSING_S
        if seen.status == before.status:
            continue
        near = (one for one in told if from_s <= one.at_s <= to_s)
        holds = any(one.status == seen.status for one in near)
        if not holds and page.is_unclear(from_s, to_s):
            continue
        what = (
            f"changed from {before.status} to {seen.status} ({seen.via} at {seen.at_s:.2f} s) and the socket never "
            f"said so between {from_s:.2f} and {to_s:.2f} s"
        )
        yield _judgement(page.channel, seen.at_s, what, before.seq, seen.seq, holds=holds)


def _judge_repeats(history: History, channel: str, told: Sequence[Sighting]) -> Iterator[Judgement]:
    """The same announcement twice in a row, where there were fewer causes than announcements."""
    last: dict[str | None, Sighting] = {}
    for seen in told:
        before, last[seen.announcement] = last.get(seen.announcement), seen
        if before is None or (before.action, before.content) != (seen.action, seen.content):
            continue
        apart_s = seen.at_s - before.at_s
        if apart_s <= TWICE_S_MAX and _outnumber_causes(history, channel, told, before, seen):
            what = f"was announced as {seen.status} twice within {apart_s * 1000:.0f} ms ({seen.announcement})"
            yield _judgement(channel, seen.at_s, what, before.seq, seen.seq)


def _outnumber_causes(
    history: History, channel: str, told: Sequence[Sighting], first: Sighting, second: Sighting
) -> bool:
    """Whether more was announced around these two than there was to announce."""
    from_s, to_s = first.at_s - TWICE_S_MAX, second.at_s + TWICE_S_MAX
    around = (one for one in told if from_s <= one.at_s <= to_s)
    announced = sum(one.announcement == second.announcement for one in around)
    return announced > _causes(history, channel, from_s - TWICE_S_MAX, to_s)


def _causes(history: History, channel: str, from_s: float, to_s: float) -> int:
    """How many webhooks, answers, clicks and steps could each have been told of in this time."""
    times = [
        attempt.ended_s
        for instance in history.instances_of.get(channel, ())
        for event in history.events_of.get(instance, ())
        for attempt in history.attempts_for.get(event.event_id, ())
    ]
    for instance in history.instances_of.get(channel, ()):
        times += [answer.t for answer in history.provider_answers_of.get(instance, ())]
    times += [click.t for click in history.clicks_of.get(channel, ())]
    times += [step.t for step in history.steps]
    times.sort()
    return bisect_right(times, to_s) - bisect_left(times, from_s)


def _judge_order(page: _Page, polled: Sequence[Sighting], told: Sequence[Sighting]) -> Iterator[Judgement]:
    """What the socket said last, before it fell silent, is what a look then shows."""
    if not any(seen.via == Via.LIST for seen in polled):
        return
    for at, said in enumerate(told):
        silent_until_s = told[at + 1].at_s if at + 1 < len(told) else page.history.watched_until_s(page.channel)
        shown = _shown_after(polled, said, silent_until_s)
        if shown is None or page.is_unclear(said.at_s, said.at_s + STALE_S):
            continue
        what = (
            f"was last announced as {said.status} (at {said.at_s:.2f} s) while a {shown.via} shows {shown.status}, "
            f"and the socket stayed silent for {silent_until_s - said.at_s:.1f} s"
        )
        yield _judgement(page.channel, said.at_s, what, shown.seq, said.seq, holds=said.status == shown.status)


def _shown_after(polled: Sequence[Sighting], said: Sighting, silent_until_s: float) -> Sighting | None:
    """What a list or read surely shows while the socket is silent; None where that is not known.

    Looks that show nothing new are not on record, so an older one counts when no newer one came for long.
    """
    if silent_until_s < said.at_s + STALE_S:
        return None
    shown = [seen for seen in polled if seen.at_s <= said.at_s + STALE_S]
    moved = any(said.at_s + CROSSING_S < seen.as_of_s <= said.at_s + STALE_S for seen in shown)
    return None if moved or not shown else shown[-1]


def _judgement(channel: str, t: float, what: str, *witness: int, holds: bool = False) -> Judgement:
    return Judgement(
        holds=holds,
        subject=f"channel {channel}",
        t=t,
        witness=witness,
        sentence=(
            f"{Duty.LIVE_UPDATES}: channel {channel} {what}; expected each change on the tenant's socket once and in "
            f"order; look where a change is announced: after the commit, and by whoever made it"
        ),
    )
