"""I30: nothing is orphaned: disconnect and delete leave no live instance behind, and a channel has one instance."""

from collections.abc import Iterator

from scenarios.downtime import downtimes
from scenarios.happened import State
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant
from scenarios.staged import Reply

# So long after the backend said that it is done the instance may still live.
GONE_S_MAX = 5.0
# Two instances of one channel may overlap so long, while one replaces the other.
OVERLAP_S_MAX = 5.0
_LIVE = frozenset({"starting", "qr", "paired", "opening", "open"})
_ENDINGS = frozenset({"disconnect", "delete"})


@invariant("I30", gap=Duty.NO_ORPHANS, title="no live instance is left behind, and a channel has one")
def no_orphans(history: History) -> Iterator[Judgement]:
    """Judge every disconnect and delete that the backend says it did, and every pair of instances of a channel."""
    for channel in history.channels:
        instances = history.instances_of.get(channel, [])
        if not instances:
            continue
        for reply in history.replies_of.get(channel, ()):
            if reply.action in _ENDINGS and reply.ok:
                yield from _judge_ending(history, channel, reply, instances)
        if len(instances) > 1:
            yield from _judge_pairs(history, channel, instances)


def _judge_ending(history: History, channel: str, reply: Reply, instances: list[str]) -> Iterator[Judgement]:
    by_s = reply.t + GONE_S_MAX
    begun = history.next_click(channel, reply.asked_s, "start", "request_qr", "create")
    if history.end_s < by_s or (begun is not None and begun.t <= by_s):
        by_s = min(history.end_s, by_s if begun is None else begun.t)
        if not any(_live_at(history, name, by_s) for name in instances):
            yield Judgement(holds=True, subject=f"channel {channel}", t=reply.t)
        return
    if any(one.overlaps(reply.asked_s, by_s) for one in downtimes(history, "evolution", "backend")):
        return
    left = next((state for name in instances if (state := _live_at(history, name, by_s)) is not None), None)
    if left is None:
        yield Judgement(holds=True, subject=f"channel {channel}", t=reply.t)
        return
    what = (
        f"{reply.action} was answered {reply.status_code}, and {GONE_S_MAX:g} s later its instance '{left.instance}' "
        f"was still '{left.phase}' in Evolution"
    )
    yield _broken(channel, reply.t, history.end_s - reply.t, what, reply.seq, left.seq)


def _judge_pairs(history: History, channel: str, instances: list[str]) -> Iterator[Judgement]:
    """No two instances of the channel live side by side for long."""
    lives = [life for name in instances for life in _lives(history, name)]
    for at, (one, from_s, to_s) in enumerate(lives):
        for other, other_from_s, other_to_s in lives[at + 1 :]:
            both_s = min(to_s, other_to_s) - max(from_s, other_from_s)
            if other.instance != one.instance and both_s > OVERLAP_S_MAX:
                what = f"two instances, '{one.instance}' and '{other.instance}', lived side by side for {both_s:.1f} s"
                yield _broken(channel, max(from_s, other_from_s), both_s, what, one.seq, other.seq)
                return
    yield Judgement(holds=True, subject=f"channel {channel}", t=lives[0][1] if lives else history.end_s)


def _live_at(history: History, instance: str, moment_s: float) -> State | None:
    """The instance's state at a moment, if it lives then."""
    states = (state for state in reversed(history.states_of.get(instance, ())) if state.t <= moment_s)
    state = next(states, None)
    return state if state is not None and state.phase in _LIVE else None


def _lives(history: History, instance: str) -> Iterator[tuple[State, float, float]]:
    """From when to when the instance lived, each time."""
    begun: State | None = None
    for state in history.states_of.get(instance, ()):
        if state.phase in _LIVE:
            begun = begun or state
        elif begun is not None:
            yield begun, begun.t, state.t
            begun = None
    if begun is not None:
        yield begun, begun.t, history.end_s


def _broken(channel: str, t: float, size: float, what: str, *witness: int) -> Judgement:
    return Judgement(
        holds=False,
        subject=f"channel {channel}",
        t=t,
        size=size,
        witness=witness,
        sentence=(
            f"{Duty.NO_ORPHANS}: channel {channel}: {what}; expected no live instance without a channel that uses it, "
            f"for it keeps a phone linked and sends webhooks that nobody awaits; look whether the session is ended in "
            f"Evolution, under the name that was stored, before the answer is given"
        ),
    )
