"""What a run planned to send, as one number: two runs of the same scenario and seed have the same."""

from collections.abc import Iterable
from hashlib import sha256

import orjson

from scenarios.history import History


def schedule_sha256(phases: Iterable[tuple[str, History]]) -> str:
    """The fingerprint of every planned delivery: which event, when after it, changed by which rules."""
    rows = [
        [
            phase,
            str(plan.get("delivery")),
            str(plan.get("event")),
            [round(float(offset_s), 6) for offset_s in plan.get("due_offsets_s") or ()],
            list(plan.get("faults") or ()),
        ]
        for phase, history in phases
        for plan in history.by_kind.get("plan", ())
    ]
    # The order in which instances act is the backend's; what is planned for each is not.
    return sha256(orjson.dumps(sorted(rows))).hexdigest()
