"""Webhooks are grouped into deliveries, and each arriving one is paired with the recorded one it stands for."""

import json
from typing import Any

from contracts.compare import Context
from contracts.deliveries import Delivery, Matcher, deliveries_of, given_values
from contracts.recording import Json, Reply
from contracts.tests.recorded import connection, envelope, recording, request, webhook

FAILING = {"status": 500, "delay_ms": 0}


def arrive(matcher: Matcher, body: Json, path: str = "/wh/by_hand") -> tuple[Delivery | None, int, Reply]:
    """Lets a webhook arrive."""
    return matcher.match("POST", path, json.dumps(body).encode(), body)


def matcher_of(*steps: dict[str, Any]) -> Matcher:
    """A matcher of the recorded webhooks."""
    return Matcher(deliveries_of(recording(*steps)), Context())


def test_the_same_again_after_a_failure_is_a_retry() -> None:
    """Failed attempts and the one after them are one delivery; the same after a success is another."""
    again = [webhook(t, connection("open"), reply=FAILING) for t in (0, 1000)]
    steps = [*again, webhook(3000, connection("open")), webhook(5000, connection("open"))]

    deliveries = deliveries_of(recording(*steps))

    assert [len(delivery.attempts) for delivery in deliveries] == [3, 1]


def test_an_answer_after_the_timeout_is_a_failure() -> None:
    """The sender gives up before a late reply, so the next attempt belongs to the same delivery."""
    late = {"status": 200, "delay_ms": 4000}
    steps = [webhook(t, connection("open"), reply=late) for t in (0, 2500)]

    deliveries = deliveries_of(recording(*steps, env={"WEBHOOK_REQUEST_TIMEOUT_MS": "1500"}))

    assert [len(delivery.attempts) for delivery in deliveries] == [2]


def test_a_pause_begins_a_new_burst() -> None:
    """Webhooks a few milliseconds apart are one burst, however many they are."""
    steps = [webhook(t, connection("open", f"10:00:00.{t:03}")) for t in (0, 40, 80, 200)]

    deliveries = deliveries_of(recording(*steps))

    assert [delivery.burst for delivery in deliveries] == [0, 0, 0, 1]


def test_an_arrival_takes_the_most_similar_delivery() -> None:
    """Among deliveries of one event the one with the fewest differences is taken, whatever the order."""
    bodies = [envelope("presence.update", {"code": code}) for code in (409, 429)]
    matcher = matcher_of(*(webhook(index, body) for index, body in enumerate(bodies)))

    taken = [arrive(matcher, body)[0] for body in reversed(bodies)]

    assert [delivery.index for delivery in taken if delivery] == [1, 0]


def test_another_state_is_another_webhook() -> None:
    """An arriving `connecting` never stands for a recorded `open`."""
    matcher = matcher_of(webhook(0, connection("open")))

    delivery, _, reply = arrive(matcher, connection("connecting"))

    assert (delivery, reply) == (None, Reply(200))


def test_a_retry_gets_the_reply_of_its_attempt() -> None:
    """The same body after a failure is the next attempt; after the last recorded one its reply is repeated."""
    replies = [{"status": status, "delay_ms": 0} for status in (500, 503)]
    matcher = matcher_of(*(webhook(t, connection("open"), reply=reply) for t, reply in enumerate(replies)))

    found = [arrive(matcher, connection("open")) for _ in range(3)]

    assert [(attempt, reply.status) for _, attempt, reply in found] == [(0, 500), (1, 503), (2, 503)]


def test_a_wrong_path_still_finds_its_webhook() -> None:
    """A webhook at another URL is paired, so that the path is what differs and nothing else."""
    matcher = matcher_of(webhook(0, connection("open")))

    delivery, _, _ = arrive(matcher, connection("open"), path="/wh/by_hand/connection-update")

    assert delivery is not None


def test_what_the_client_put_in_is_given() -> None:
    """Values of bodies and injections are given unless the server had said them before."""
    asked = {"body": {"token": "mine", "quoted": "theirs"}}
    injected = {"kind": "inject", "t_offset_ms": 3, "action": "event", "data": {"id": "phone"}}
    steps = [request(0, "POST", "/a/b", 200, "theirs"), request(2, "POST", "/a/b", 200, "after", **asked), injected]

    given = given_values(recording(*steps))

    assert given == {"mine", "phone"}
