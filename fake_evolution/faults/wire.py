"""What faults on the wire share: an attempt that departs from a plain post, and the JSON of its body.

Registers nothing itself.
"""

from dataclasses import replace
from typing import Any

import orjson

from fake_evolution.plan import Attempt, Edit, Plan, Webhook, Wire


def departing(plan: Plan, **changes: Any) -> Plan:
    """Every attempt with these fields of its `Wire` changed."""
    return tuple(_changed(attempt, **changes) for attempt in plan)


def edited(plan: Plan, edit: Edit) -> Plan:
    """Every attempt with one more edit of what it sends."""
    return tuple(_with_edit(attempt, edit) for attempt in plan)


def impostors(plan: Plan, edit: Edit) -> Plan:
    """For every attempt an edited copy at the same moment, which is not tried again."""
    return tuple(_changed(_with_edit(attempt, edit), once=True) for attempt in plan)


def _with_edit(attempt: Attempt, edit: Edit) -> Attempt:
    wire = attempt.wire or Wire()
    return replace(attempt, wire=replace(wire, edits=(*wire.edits, edit)))


def _changed(attempt: Attempt, **changes: Any) -> Attempt:
    return replace(attempt, wire=replace(attempt.wire or Wire(), **changes))


def with_envelope(webhook: Webhook, **members: Any) -> Webhook:
    """The webhook with these members of its envelope replaced; a body that is no JSON object stays as it is."""
    envelope = envelope_of(webhook)
    return webhook if envelope is None else replace(webhook, body=orjson.dumps({**envelope, **members}))


def envelope_of(webhook: Webhook) -> dict[str, Any] | None:
    """The JSON object that the webhook carries; None when an earlier edit has spoiled it."""
    try:
        found = orjson.loads(webhook.body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
