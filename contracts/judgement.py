"""Judges one replayed scenario against its recording, step by step."""

from collections.abc import Mapping
from dataclasses import replace

from contracts.align import Difference, Kind, Leaf, align, field_paths
from contracts.compare import Context, differences, judge
from contracts.races import racing_keys
from contracts.recording import Json
from contracts.replayed import Answered, Replay
from contracts.shares import Judged, Place, Sum
from contracts.socket_judgement import judge_sockets
from contracts.waits import off_time
from contracts.webhooks import Expected, expected_webhooks, is_transition, told, unrecorded

VARYING_HEADERS = frozenset({"content-length", "host", "connection"})
"""Headers that say something about the connection, not about the server."""


def judged(replay: Replay) -> Judged:
    """What differs between a replay and its recording, and how much is the same."""
    total = Sum()
    for answer in replay.answered:
        beyond = replay.context.beyond | racing_keys(replay.recording, answer.request)
        _judge_answer(total, answer, replace(replay.context, beyond=beyond))
    for expected in expected_webhooks(replay):
        _judge_webhook(total, expected, replay.context)
    for arrival in unrecorded(replay):
        _count_lost(total, arrival.body)
        extra = Difference(Kind.WEBHOOK_EXTRA, "webhook", None, told(arrival.body))
        total.find((None, f"{arrival.method} {arrival.path} at {arrival.at_s:.3f} s"), [extra])
    judge_sockets(total, replay)
    for place, difference in off_time(replay.answered, replay.arrivals, replay.rate):
        total.count("waits", difference is None)
        total.find(place, [difference] if difference else [])
    recording = replay.recording
    findings = sorted(total.findings, key=lambda finding: -1 if finding.position is None else finding.position)
    return Judged(recording.name, recording.family, tuple(findings), total.shares, replay.not_covered)


def _judge_answer(total: Sum, answer: Answered, context: Context) -> None:
    request = answer.request
    place = (request.position, f"{request.method} {request.path}")
    total.count("statuses", request.status == answer.status)
    _judge_headers(total, place, (request.response_headers, answer.headers), context)
    if request.status == answer.status:
        _judge_body(total, place, ("response", request.response, answer.body), context)
    else:
        _count_other_answer(total, answer)
        told_both = (f"{request.status} {request.response}"[:300], f"{answer.status} {answer.body}"[:300])
        total.find(place, [Difference(Kind.STATUS, "status", *told_both)])
    if request.status >= 400:  # noqa: PLR2004  HTTP
        _count_messages(total, request.response, answer.body, context)


def _count_other_answer(total: Sum, answer: Answered) -> None:
    """An answer of another status: one finding says it all, but none of its places count as the same."""
    places = {path for body in (answer.request.response, answer.body) for path, _ in field_paths(body)}
    total.count("field paths", 0, len(places))


def _judge_headers(
    total: Sum, place: Place, headers: tuple[Mapping[str, str], Mapping[str, str]], context: Context
) -> None:
    """Only headers that were recorded count: a recording of answers keeps those that matter."""
    expected, got = headers
    wanted = {name: value for name, value in expected.items() if name not in VARYING_HEADERS}
    found = differences(wanted, {name: got[name] for name in wanted if name in got}, context, ("headers",))
    total.count("headers", len(wanted) - len(found), len(wanted))
    total.find(place, (Difference(Kind.HEADER, item.path, item.expected, item.got) for item in found))


def _judge_body(total: Sum, place: Place, body: tuple[str, Json, Json], context: Context) -> None:
    root, expected, got = body
    recorded, replayed = set(field_paths(expected)), set(field_paths(got))
    total.count("field paths", len(recorded & replayed), len({path for path, _ in recorded | replayed}))
    total.find(place, differences(expected, got, context, (root,)))
    pairs = [item for item in align(expected, got) if isinstance(item, Leaf)]
    total.count("values", sum(judge(pair, context) is None for pair in pairs), len(pairs))


def _count_messages(total: Sum, expected: Json, got: Json, context: Context) -> None:
    """The texts of refusals; clients show them and look for words in them."""
    texts = [
        item
        for item in align(expected, got)
        if isinstance(item, Difference) or item.path[:1] in {("response",), ("message",)}
    ]
    same = sum(isinstance(item, Leaf) and judge(item, context) is None for item in texts)
    total.count("messages", same, len(texts))


def _judge_webhook(total: Sum, expected: Expected, context: Context) -> None:
    webhook, arrival, order = expected.webhook, expected.arrival, expected.order
    place = (webhook.position, f"webhook {told(webhook.body)}")
    if arrival is None:
        _count_lost(total, webhook.body)
        total.find(place, [Difference(Kind.WEBHOOK_MISSING, "webhook", told(webhook.body))])
        return
    misled = arrival.path != webhook.path
    total.find(place, [Difference(Kind.VALUE, "path", webhook.path, arrival.path)] if misled else [])
    total.find(place, [order] if order else [])
    total.count("webhooks", not misled and order is None)
    wrong = any("state" in item.path for item in differences(webhook.body, arrival.body, context))
    total.count("transitions", not wrong and order is None, is_transition(webhook.body))
    _judge_headers(total, place, (webhook.headers, arrival.headers), context)
    _judge_body(total, place, ("body", webhook.body, arrival.body), context)


def _count_lost(total: Sum, body: Json) -> None:
    """A webhook that is on one side only."""
    total.count("webhooks", same=False)
    total.count("transitions", same=False, of=is_transition(body))
    total.count("field paths", 0, len(list(field_paths(body))))
