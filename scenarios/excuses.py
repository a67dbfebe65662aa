"""What else can explain a change that follows a webhook: only what can still have been on its way to the page.

Looks that show nothing new are not on record. So the last one before a change may be old, and what happened long after
it, and long before the change, explains nothing: it would have been seen.
"""

from collections.abc import Collection, Mapping
from math import inf

from scenarios.causes import LAG_S, SETTLE_S, Moved, causes_of
from scenarios.downtime import disturbed
from scenarios.happened import Attempt
from scenarios.history import History
from scenarios.observing import slowest_ack_s

# So far apart two looks may be while somebody looks.
LOOK_S = 1.0


def excuses(
    history: History,
    channel: str,
    attempt: Attempt,
    *,
    undisturbed_since_s: float = inf,
    none_of: Collection[int] = frozenset(),
) -> list[Moved]:
    """What a change right after an attempt may be due to instead; `none_of` names records that must move nothing.

    Where something was away, what happened before may have taken longer; also from `undisturbed_since_s` on.
    """
    possible = [one for one in causes_of(history, channel) if one.seq not in none_of]
    since_s = attempt.sent_s - LAG_S - LOOK_S
    since_s -= slowest_ack_s(history, from_s=since_s, to_s=attempt.ended_s)
    if disturbed(history, min(since_s, undisturbed_since_s), attempt.ended_s + SETTLE_S):
        return possible
    over = _over(history, channel)
    return [one for one in possible if over.get(one.seq, one.t) >= since_s]


def _over(history: History, channel: str) -> Mapping[int, float]:
    """When what takes time was over: webhooks and clicks with their answer, or never without one."""
    key = ("over", channel)
    found: dict[int, float] | None = history.cache.get(key)
    if found is None:
        found = history.cache[key] = _ends(history, channel)
    return found


def _ends(history: History, channel: str) -> dict[int, float]:
    over: dict[int, float] = {}
    for instance in history.instances_of.get(channel, ()):
        for event in history.events_of.get(instance, ()):
            for attempt in history.attempts_for.get(event.event_id, ()):
                over[attempt.seq] = inf if attempt.status is None else attempt.ended_s
    replies = history.replies_of.get(channel, ())
    for click in history.clicks_of.get(channel, ()):
        answered = (reply.t for reply in replies if reply.action == click.action and reply.t >= click.t)
        over[click.seq] = next(answered, inf)
    return over
