"""A replay is judged against its recording: answers, webhooks, their order and their times."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.align import Kind
from contracts.compare import Context
from contracts.deliveries import Arrival, deliveries_of
from contracts.judgement import judged
from contracts.recording import Json, Recording, Request
from contracts.replayed import Answered, NotCovered, Replay
from contracts.shares import Share
from contracts.tests.recorded import JSON_ANSWER, connection, envelope, recording, request, webhook

CREATED = {"instance": {"instanceName": "a", "status": "close"}}


def repeated(recorded: Recording) -> Replay:
    """A replay that is its recording."""
    answered = [
        Answered(step, step.status, step.response_headers, step.response, step.offset_s, step.end_s)
        for step in recorded.of(Request)
    ]
    arrivals = [
        Arrival(step.offset_s, step.method, step.path, dict(step.headers), step.body, delivery, number)
        for delivery in deliveries_of(recorded)
        for number, step in enumerate(delivery.attempts)
    ]
    arrivals.sort(key=lambda arrival: arrival.at_s)
    return Replay(recorded, tuple(answered), tuple(arrivals), (), frozenset(), Context(), 1.0, recorded.end_s)


def kinds(replay: Replay) -> list[tuple[Kind, int | None]]:
    """What was found, and at which steps."""
    return [(finding.difference.kind, finding.position) for finding in judged(replay).findings]


@pytest.fixture
def whole() -> Replay:
    """A replay that repeats a request, two bursts of webhooks, and a retry."""
    retried = [
        webhook(500 + t, connection("close"), reply={"status": status, "delay_ms": 0})
        for t, status in ((0, 500), (1000, 200))
    ]
    steps = [request(0, "POST", "/instance/create", 201, CREATED), webhook(40, connection("connecting"))]
    return repeated(recording(*steps, webhook(200, connection("open")), *retried))


def test_a_replay_like_its_recording_is_all_the_same(whole: Replay) -> None:
    """Nothing differs, and every share is full."""
    result = judged(whole)

    assert result.findings == ()
    assert {name: share for name, share in result.shares.items() if share.ratio < 1} == {}
    assert (result.shares["statuses"], result.shares["webhooks"]) == (Share(1, 1), Share(4, 4))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"status": 400, "body": {"error": "no"}}, [(Kind.STATUS, 0)]),
        ({"body": {"instance": {"instanceName": "a", "status": "open"}}}, [(Kind.VALUE, 0)]),
        ({"headers": {"content-type": "text/html"}}, [(Kind.HEADER, 0)]),
        ({"headers": {}}, [(Kind.HEADER, 0)]),
        ({"headers": JSON_ANSWER | {"date": "now"}}, []),
        ({"ended_s": 3.0}, [(Kind.WAIT, 0)]),
    ],
)
def test_a_different_answer_is_found(whole: Replay, change: dict[str, Any], found: list[Json]) -> None:
    """Another status, value, header or a long wait is found at its step; headers nobody recorded are not."""
    answered = (replace(whole.answered[0], **change),)

    assert kinds(replace(whole, answered=answered)) == found


def test_a_lost_webhook_is_found(whole: Replay) -> None:
    """A recorded webhook that did not come is missing, and counts for webhooks, transitions and paths."""
    result = judged(replace(whole, arrivals=whole.arrivals[1:]))

    assert [(finding.difference.kind, finding.position) for finding in result.findings] == [(Kind.WEBHOOK_MISSING, 1)]
    assert (result.shares["webhooks"], result.shares["transitions"]) == (Share(3, 4), Share(3, 4))


def test_an_extra_webhook_is_found(whole: Replay) -> None:
    """A webhook nobody recorded is found, unless it came after the end of the recording."""
    extra = replace(whole.arrivals[0], delivery=None, at_s=0.3)

    assert kinds(replace(whole, arrivals=(*whole.arrivals, extra))) == [(Kind.WEBHOOK_EXTRA, None)]
    assert kinds(replace(whole, arrivals=(*whole.arrivals, replace(extra, at_s=9.0)))) == []


def test_a_swap_between_bursts_is_found(whole: Replay) -> None:
    """A webhook that came before one of an earlier burst is out of order."""
    first, second, *rest = whole.arrivals

    assert kinds(replace(whole, arrivals=(second, first, *rest))) == [(Kind.ORDER, 2)]


def test_a_swap_within_a_burst_is_fine() -> None:
    """Webhooks of one burst have no order."""
    whole = repeated(recording(webhook(0, connection("open")), webhook(10, envelope("logout.instance", None))))

    assert kinds(replace(whole, arrivals=whole.arrivals[::-1])) == []


def test_a_wrong_url_is_found(whole: Replay) -> None:
    """A webhook at another path is that webhook, at the wrong path."""
    moved = replace(whole.arrivals[0], path="/elsewhere")

    assert kinds(replace(whole, arrivals=(moved, *whole.arrivals[1:]))) == [(Kind.VALUE, 1)]


def test_a_retry_too_early_is_found(whole: Replay) -> None:
    """The pause before a retry is that of the recording, within the jitter."""
    *early, last = whole.arrivals

    assert kinds(replace(whole, arrivals=(*early, replace(last, at_s=0.6)))) == [(Kind.WAIT, 4)]


def test_what_races_with_a_removal_may_be_lost() -> None:
    """Once an instance is being deleted, the events about its end may be missing or come in addition."""
    deleted = request(0, "DELETE", "/instance/delete/a", 200, {"status": "SUCCESS"})
    whole = repeated(recording(deleted, webhook(30, connection("close")), webhook(40, envelope("call", {}))))
    extra = replace(whole.arrivals[0], delivery=None, at_s=0.03)

    assert kinds(replace(whole, arrivals=whole.arrivals[1:])) == []
    assert kinds(replace(whole, arrivals=(*whole.arrivals, extra))) == []
    assert kinds(replace(whole, arrivals=whole.arrivals[:1])) == [(Kind.WEBHOOK_MISSING, 2)]


def test_what_was_out_of_reach_is_not_judged(whole: Replay) -> None:
    """Webhooks of a step that could not be replayed are neither missing nor the same."""
    lacking = (NotCovered(0, "POST /instance/create"),)
    replay = replace(whole, arrivals=whole.arrivals[1:], out_of_reach=frozenset({1}), not_covered=lacking)

    result = judged(replay)

    assert (result.findings, result.not_covered, result.shares["webhooks"]) == ((), lacking, Share(3, 3))


def test_a_state_that_was_being_left_says_nothing() -> None:
    """Right behind an order to leave, the state may still be the old one."""
    asked = {"instance": {"instanceName": "a", "state": "close"}}
    steps = [request(0, "DELETE", "/instance/logout/a", 200, {}), request(5, "GET", "/instance/connect/a", 200, asked)]
    whole = repeated(recording(*steps))
    other = replace(whole.answered[1], body={"instance": {"instanceName": "a", "state": "open"}})

    assert kinds(replace(whole, answered=(whole.answered[0], other))) == []


def test_refusals_are_counted_by_their_texts() -> None:
    """A refusal with other words has its status right and its message wrong."""
    refusal = {"status": 400, "error": "Bad Request", "response": {"message": [["one", "two"]]}}
    whole = repeated(recording(request(0, "POST", "/a/b", 400, refusal)))
    other = {**refusal, "response": {"message": [["one", "other"]]}}

    result = judged(replace(whole, answered=(replace(whole.answered[0], body=other),)))

    assert (result.shares["statuses"], result.shares["messages"]) == (Share(1, 1), Share(1, 2))
