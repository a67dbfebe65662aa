"""I17: a slow sender, half a body, a reset: none of them pins a worker; everybody else is answered as ever."""

from collections.abc import Iterator

from scenarios.downtime import disturbed
from scenarios.happened import Attempt
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant

# An ordinary webhook that takes so long waits behind somebody.
ANSWER_S_MAX = 5.0
# A connection that ends at once pins nobody; afterwards its damage shows.
AFTER_S = 1.0
_ODD = frozenset({"slow", "cut off"})


@invariant("I17", gap=Duty.ROBUSTNESS, title="a slow or broken sender does not keep others from being answered")
def slow_sender(history: History) -> Iterator[Judgement]:
    """Judge the time around every attempt that trickled, or broke off."""
    for attempt in history.attempts:
        if not _ODD.isdisjoint(attempt.wire):
            yield from _judge(history, attempt)


def _judge(history: History, odd: Attempt) -> Iterator[Judgement]:
    until_s = odd.ended_s + AFTER_S
    slowest = history.acks.slowest(from_s=odd.sent_s, to_s=until_s)
    if slowest is None or disturbed(history, odd.sent_s, until_s):
        return
    took_s, seq = slowest
    how = " and ".join(word for word in odd.wire if word in _ODD)
    yield Judgement(
        holds=took_s <= ANSWER_S_MAX,
        subject=f"instance {odd.instance}",
        t=odd.ended_s,
        size=took_s,
        witness=(odd.seq, seq),
        sentence=(
            f"{Duty.ROBUSTNESS}: while a sender was {how} for {odd.duration_s:.1f} s, an ordinary webhook took "
            f"{took_s:.1f} s to be answered; expected at most {ANSWER_S_MAX:g} s; look whether a body is read by a "
            f"worker that others wait for, and whether reading has a timeout"
        ),
    )
