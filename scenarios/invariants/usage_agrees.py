"""I25: the usage that a tenant is shown equals its connected channels, after any history.

Judged only while nothing moves: no click, no webhook and no change of any of the tenant's channels shortly before and
while the usage was read. Where page and provider differ at that moment, either count is right; whether a session on its
way counts is the plan's business.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from scenarios.downtime import disturbed
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting
from scenarios.staged import UsageRead
from scenarios.status import ChannelStatus

# A counter may be so much behind.
SETTLE_S = 3.0
_OPEN = "open"
_ON_ITS_WAY = frozenset({ChannelStatus.CONNECTING.value, ChannelStatus.QRCODE.value})


@invariant(
    "I25",
    gap=Gap.USAGE_DRIFT,
    title="usage equals connected channels",
    wide=True,
    needs=("usage", "state", "attempt", "seen", "click", "outage", "journey.start", "journey.end"),
)
def usage_agrees(history: History) -> Iterator[Judgement]:
    """Judge every reading of a tenant's usage."""
    if not history.usage_of:
        return
    channels_of: dict[str, list[str]] = {}
    for channel in history.channels:
        channels_of.setdefault(history.tenant_of(channel) or "", []).append(channel)
    moves = sorted(_moves(history))
    for tenant, reads in history.usage_of.items():
        for read in reads:
            quiet_from = bisect_left(moves, read.asked_s - SETTLE_S)
            if bisect_right(moves, read.at_s) > quiet_from or disturbed(history, read.asked_s - SETTLE_S, read.at_s):
                continue
            yield from _judge(history, read, channels_of.get(tenant, []), owned=set(channels_of) == {tenant})


def _moves(history: History) -> Iterator[float]:
    """Every moment at which something may have changed."""
    for states in history.states_of.values():
        yield from (state.t for state in states)
    for clicks in history.clicks_of.values():
        yield from (click.t for click in clicks)
    yield from (attempt.ended_s for attempt in history.attempts)


def _judge(history: History, read: UsageRead, channels: list[str], *, owned: bool) -> Iterator[Judgement]:
    open_ = [name for name in history.states_of if history.phase_at(name, read.asked_s) == _OPEN]
    nobodys = [name for name in open_ if name not in history.channel_of]
    if read.sessions is None or not owned or nobodys or not channels:
        # Whose instance it is, or what was shown, is not known.
        return
    connected = {history.channel_of[name] for name in open_}
    shown = [_last_look(history, channel, read.asked_s) for channel in channels]
    on_page = [seen for seen in shown if seen is not None and seen.status == ChannelStatus.CONNECTED]
    on_their_way = sum(seen is not None and seen.status in _ON_ITS_WAY for seen in shown)
    allowed = {count + extra for count in (len(connected), len(on_page)) for extra in range(on_their_way + 1)}
    away = min(abs(read.sessions - count) for count in allowed)
    yield Judgement(
        holds=away == 0,
        subject=f"tenant {read.tenant}",
        t=read.at_s,
        size=float(away),
        witness=(read.seq, *(seen.seq for seen in shown if seen is not None)),
        sentence=(
            f"{Gap.USAGE_DRIFT}: tenant {read.tenant} is shown {read.sessions} sessions in use, while {len(connected)} "
            f"of its {len(channels)} channels are connected in Evolution and {len(on_page)} on its page, and nothing "
            f"had moved for {SETTLE_S:g} s; expected the same number; look where the counter is raised without being "
            f"lowered, and reconcile it with the rows"
        ),
    )


def _last_look(history: History, channel: str, moment_s: float) -> Sighting | None:
    """What was shown last of the channel; nothing of one that was deleted by then."""
    deleted = any(click.action == "delete" and click.t <= moment_s for click in history.clicks_of.get(channel, ()))
    looks = [seen for seen in history.sightings_of.get(channel, ()) if seen.status and seen.at_s <= moment_s]
    return None if deleted or not looks else looks[-1]
