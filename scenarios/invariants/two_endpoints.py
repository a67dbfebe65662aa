"""I26: webhooks by event suffix, and by the instance's and the global address at once, have one effect.

With `byEvents` Evolution appends the event's name to the address; with a global webhook beside the instance's own it
sends everything twice, the second copy after the first was answered.
"""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.conversing import SETTLE_S, copies, is_readable, message_id, read_after
from scenarios.effects import brings
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via

# So long after the second copy a second effect is looked for.
SETTLE_S_MAX = 2.0
_NO_ROUTE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE})


@invariant("I26", gap=Gap.IDEMPOTENCY, title="by-events, global and local webhooks together have one effect")
def two_endpoints(history: History) -> Iterator[Judgement]:
    """Judge every webhook at a suffixed address, and every event that was taken at two addresses."""
    for instance, events in history.events_of.items():
        channel = history.channel_of.get(instance)
        if channel is None:
            continue
        for event in events:
            yield from _judge_suffix(history, event, channel)
            taken = history.taken(event)
            second = next((one for one in taken if one.delivery != taken[0].delivery), None)
            if second is not None and is_readable(event):
                yield from _judge_message(history, channel, event, taken[0], second)
            elif second is not None and (event.code is not None or event.state in {"open", "close"}):
                yield from _judge_look(history, channel, event, (taken[0], second))


def _judge_suffix(history: History, event: Event, channel: str) -> Iterator[Judgement]:
    """An address that ends with the event's own name must be one that the backend has."""
    suffix = f"/{event.event.replace('.', '-')}"
    if not any(plan.url.endswith(suffix) for plan in history.plans_for.get(event.event_id, ())):
        return
    for attempt in history.attempts_for.get(event.event_id, ())[:1]:
        alive = history.phase_at(event.instance, attempt.sent_s) not in {None, "removed"}
        left = history.next_click(channel, event.t, "disconnect", "delete")
        if attempt.ok:
            yield Judgement(holds=True, subject=f"instance {event.instance}", t=attempt.ended_s)
        elif attempt.status in _NO_ROUTE and alive and not (left and left.t <= attempt.ended_s):
            what = f"sent to an address that ends with '{suffix}', was answered {attempt.status}"
            yield _broken(event, what, attempt.ended_s, event.seq, attempt.seq)


def _judge_message(
    history: History, channel: str, event: Event, first: Attempt, second: Attempt
) -> Iterator[Judgement]:
    read = read_after(history, channel, second.ended_s + SETTLE_S)
    count = 0 if read is None else len(copies(read, message_id(event) or ""))
    if read is not None and count > 1:
        what = f"taken at two addresses, stood {count} times in the conversation"
        yield _broken(event, what, second.ended_s, event.seq, first.seq, second.seq, read.seq)
    elif count == 1:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=second.ended_s)


def _judge_look(history: History, channel: str, event: Event, taken: tuple[Attempt, Attempt]) -> Iterator[Judgement]:
    """What the socket announced for the first copy is not announced again after the second."""
    first, second = taken
    until_s = min(second.ended_s + SETTLE_S_MAX, _next_move_s(history, channel, event, second))
    looks = history.sightings_of.get(channel, ())
    told = [seen for seen in looks if seen.via == Via.SOCKET and event.t <= seen.at_s <= until_s]
    before = [seen for seen in told if seen.at_s < second.sent_s and brings(seen, event)]
    again = [seen for seen in told if seen.at_s >= second.sent_s and brings(seen, event)]
    repeated = next(((one, other) for one in before for other in again if _same(one, other)), None)
    if repeated is not None:
        what = f"taken at two addresses, was announced again after the second ({repeated[1].status})"
        seqs = (event.seq, first.seq, repeated[0].seq, second.seq, repeated[1].seq)
        yield _broken(event, what, repeated[1].at_s, *seqs)
    elif before and until_s > second.ended_s:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=second.ended_s)


def _next_move_s(history: History, channel: str, event: Event, second: Attempt) -> float:
    """When something else could announce the same: a click, or another event taken."""
    click = history.next_click(channel, event.t)
    others = (
        one.sent_s
        for other in history.events_of.get(event.instance, ())
        if other.event_id != event.event_id
        for one in history.taken(other)
        if one.ended_s > second.sent_s
    )
    return min((*others, *(() if click is None else (click.t,))), default=second.ended_s + SETTLE_S_MAX)


def _same(one: Sighting, other: Sighting) -> bool:
    """Whether two announcements say the same."""
    return (one.announcement, one.action, one.content) == (other.announcement, other.action, other.content)


def _broken(event: Event, what: str, t: float, *witness: int) -> Judgement:
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=t,
        witness=witness,
        sentence=(
            f"{Gap.IDEMPOTENCY}: '{event}' of instance '{event.instance}', {what}; expected one effect at every "
            f"address that Evolution may use; look at the routes of the webhook (with and without the event's name) "
            f"and at the key by which a second delivery is recognised"
        ),
    )
