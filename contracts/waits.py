"""Fixed waits are meant literally; everything else only as an order of magnitude."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from contracts.align import Difference, Kind
from contracts.deliveries import Arrival
from contracts.replayed import Answered
from contracts.shares import Place

LITERAL_S = 0.9
"""Answers that took at least this long waited on purpose."""

SLACK_REAL_S = 0.1
"""What the machine may add to a wait, in real seconds."""

Wait = tuple[Place, Difference | None]


def off_time(answered: Sequence[Answered], arrivals: Iterable[Arrival], rate: float) -> Iterator[Wait]:
    """Each wait that the recording shows, and how the replayed one differs, if it does."""
    slack_s = SLACK_REAL_S * rate
    for answer in answered:
        request = answer.request
        place = (request.position, f"{request.method} {request.path}")
        took_s = answer.ended_s - answer.started_s
        least_s = request.duration_s * 0.85 if request.duration_s >= LITERAL_S else 0.0
        yield place, _judged("duration", request.duration_s, (least_s, took_s), slack_s)
    yield from _retries(arrivals, slack_s)


def _retries(arrivals: Iterable[Arrival], slack_s: float) -> Iterator[Wait]:
    """The pauses between the attempts of one delivery; the jitters may point away from each other."""
    tried = [arrival for arrival in arrivals if arrival.recorded is not None]
    tried.sort(key=lambda arrival: (arrival.delivery.index if arrival.delivery else -1, arrival.attempt))
    for _, group in groupby(tried, key=lambda arrival: arrival.delivery):
        for earlier, later in pairwise(group):
            if later.recorded is None or earlier.recorded is None:
                continue
            recorded_s = later.recorded.offset_s - earlier.recorded.offset_s
            pause_s = later.at_s - earlier.at_s
            found = _judged("pause before it", recorded_s, (recorded_s * 0.65, pause_s), slack_s)
            yield (later.recorded.position, f"webhook, attempt {later.attempt + 1}"), found


def _judged(what: str, recorded_s: float, least_and_took_s: tuple[float, float], slack_s: float) -> Difference | None:
    least_s, took_s = least_and_took_s
    if least_s <= took_s <= recorded_s * 1.6 + 0.3 + slack_s:
        return None
    return Difference(Kind.WAIT, what, f"{recorded_s:.3f} s", f"{took_s:.3f} s")
