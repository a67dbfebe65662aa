"""Which webhooks a replay owes, in which order, and which it sent that nobody recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.align import Difference, Kind
from contracts.deliveries import Arrival, Delivery, deliveries_of
from contracts.recording import Json, Recording, Request, Webhook
from contracts.replayed import Replay

GONE_EVENTS = frozenset(
    {"status.instance", "logout.instance", "connection.update", "instance.delete", "remove.instance"}
)
"""Events that race with the removal of their instance: any part of them may be lost."""

_DELETE = "DELETE /instance/delete"
_DELETED = 200


@dataclass(frozen=True, slots=True)
class Expected:
    """A recorded webhook, what arrived for it, and whether it came too early."""

    webhook: Webhook
    arrival: Arrival | None
    order: Difference | None


def expected_webhooks(replay: Replay) -> Iterator[Expected]:
    """Every recorded webhook that had to come, as far as the replay could reach it."""
    by_position = {a.recorded.position: a for a in replay.arrivals if a.recorded is not None}
    early = {delivery.index: difference for delivery, difference in overtaken(replay.arrivals)}
    for delivery in deliveries_of(replay.recording):
        for number, webhook in enumerate(delivery.attempts):
            arrival = by_position.get(webhook.position)
            lost = arrival is None and may_be_lost(replay.recording, webhook)
            if webhook.position not in replay.out_of_reach and not lost:
                yield Expected(webhook, arrival, None if number else early.get(delivery.index))


def overtaken(arrivals: Sequence[Arrival]) -> Iterator[tuple[Delivery, Difference]]:
    """Deliveries that came before one of an earlier burst.

    Within a burst the order is free. Only first attempts count: retries have a time of their own.
    """
    first: Delivery | None = None
    for arrival in reversed([arrival for arrival in arrivals if arrival.attempt == 0]):
        delivery = arrival.delivery
        if delivery is None:
            continue
        if first is not None and delivery.burst > first.burst:
            other = f"step {first.first.position}, {told(first.first.body)}"
            yield delivery, Difference(Kind.ORDER, "order", f"after {other}", f"before {other}")
        if first is None or delivery.burst < first.burst:
            first = delivery


def may_be_lost(recording: Recording, webhook: Webhook) -> bool:
    """Whether a webhook races with the removal of its instance, so that its absence says nothing."""
    if not isinstance(webhook.body, dict) or webhook.body["event"] not in GONE_EVENTS:
        return False
    return any(
        name_of(request) == webhook.body["instance"] and request.offset_s <= webhook.offset_s
        for request in recording.of(Request)
        if (request.route, request.status) == (_DELETE, _DELETED)
    )


def name_of(request: Request) -> str:
    """The instance in the path of a request."""
    return request.path.split("?")[0].split("/")[-1]


def unrecorded(replay: Replay) -> Iterator[Arrival]:
    """Webhooks nobody recorded, unless they came after the end or race with a removal."""
    gone_s = deleted_s(replay)
    for arrival in replay.arrivals:
        if arrival.recorded is not None or arrival.at_s > replay.ended_s:
            continue
        body = arrival.body if isinstance(arrival.body, dict) else {}
        from_s = gone_s.get(body.get("instance", ""), float("inf"))
        if body.get("event") not in GONE_EVENTS or arrival.at_s < from_s:
            yield arrival


def deleted_s(replay: Replay) -> dict[str, float]:
    """When each deleted instance was deleted."""
    return {
        name_of(answer.request): answer.started_s
        for answer in replay.answered
        if (answer.request.route, answer.status) == (_DELETE, _DELETED)
    }


def is_transition(body: Json) -> bool:
    """Whether a webhook tells a change of the connection."""
    return isinstance(body, dict) and body.get("event") in {"connection.update", "status.instance"}


def told(body: Json) -> str:
    """A webhook in a few words."""
    if not isinstance(body, dict):
        return "without a body"
    data = body.get("data")
    state = f" {data['state']}" if isinstance(data, dict) and "state" in data else ""
    return f"{body.get('event')}{state} of {body.get('instance')}"
