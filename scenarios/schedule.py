"""What a run planned to send, as one number: two runs of the same scenario and seed have the same."""

from collections.abc import Iterable
from hashlib import sha256

import orjson


def schedule_sha256(rows: Iterable[bytes]) -> str:
    """The fingerprint of every planned delivery: which event, when after it, changed by which rules."""
    # The order in which instances act is the backend's; what is planned for each is not.
    return sha256(orjson.dumps(sorted(orjson.loads(row) for row in rows))).hexdigest()
