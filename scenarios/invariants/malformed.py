"""I15: what is malformed or unknown: never a 5xx, which only brings it again, and never a status of null."""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.causes import misled
from scenarios.downtime import disturbed
from scenarios.happened import Attempt, Event
from scenarios.history import History
from scenarios.model import CAUSE_OF_STATE
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via

# A status of null so soon after such a webhook is its doing.
BLAMED_S_MAX = 5.0
# A backend that cannot ask Evolution may want the webhook again.
_ASKS_S_MAX = 30.0
_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR
_POLLED = frozenset({Via.LIST, Via.READ})
# The server itself uses it rarely: when it gives up offering QR codes.
_RARE = "refused"


@invariant("I15", gap=Gap.TYPED_CONTRACT, title="malformed and unknown webhooks: never a 5xx, never a null status")
def malformed(history: History) -> Iterator[Judgement]:
    """Judge every damaged webhook, and those that are strange by nature."""
    for event in history.events.values():
        for attempt in history.attempts_for.get(event.event_id, ()):
            damaged = "corrupt" in history.fault_kinds(attempt) and bool(attempt.wire)
            if attempt.status is not None and (damaged or _is_strange(event)):
                yield _judge(history, event, attempt, "a damaged" if damaged else "a strange")


def _is_strange(event: Event) -> bool:
    """Whether it is rare or unheard of, though it is what Evolution really sends."""
    if event.event == "connection.update":
        return event.state not in CAUSE_OF_STATE or event.state == _RARE
    return event.event == "qrcode.updated" and event.code is None


def _judge(history: History, event: Event, attempt: Attempt, what: str) -> Judgement:
    found, witness = _wrong(history, event, attempt)
    return Judgement(
        holds=not found,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        witness=(event.seq, attempt.seq, *witness),
        sentence=(
            f"{Gap.TYPED_CONTRACT}: {what} '{event}' of instance '{event.instance}' {found}; expected an answer below "
            f"500 and a canonical status; look where the body of a webhook is read without being checked, and where an "
            f"unknown state is translated"
        ),
    )


def _wrong(history: History, event: Event, attempt: Attempt) -> tuple[str, tuple[int, ...]]:
    """What is wrong with how it was dealt with; nothing, if all is well."""
    if (attempt.status or 0) >= _SERVER_ERROR and not _excused(history, attempt):
        return f"was answered {attempt.status}", ()
    null = _null_after(history, event, attempt)
    if null is not None:
        return "made the channel show a status of null", (null.seq,)
    channel = history.channel_of.get(event.instance)
    unread = event.state != _RARE
    change = misled(history, channel, attempt) if channel is not None and unread else None
    if change is not None:
        before, after = change
        return f"made the channel show {after.status} after {before.status}", (before.seq, after.seq)
    return "", ()


def _null_after(history: History, event: Event, attempt: Attempt) -> Sighting | None:
    channel = history.channel_of.get(event.instance)
    for seen in history.sightings_of.get(channel or "", ()):
        soon = attempt.sent_s <= seen.as_of_s <= attempt.ended_s + BLAMED_S_MAX
        if soon and seen.via in _POLLED and seen.status is None:
            return seen
    return None


def _excused(history: History, attempt: Attempt) -> bool:
    """Whether something that the backend needs for an answer was away, or Evolution's answers were tampered with."""
    since_s = attempt.sent_s - _ASKS_S_MAX
    tampered = any(fault.delivery is None and since_s <= fault.t <= attempt.ended_s for fault in history.faults)
    return tampered or disturbed(history, since_s, attempt.ended_s)
