"""I21: only canonical statuses, anywhere, any time."""

from collections.abc import Iterator

from scenarios.history import History
from scenarios.observing import brought_by
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via
from scenarios.status import CANONICAL, ChannelStatus

_LEGAL = " ".join(ChannelStatus)
# A list or a single channel always shows its status; an announcement or an answer may be about something else.
_ALWAYS_SHOWS_ONE = frozenset({Via.LIST, Via.READ})


@invariant("I21", gap=Gap.STATUS_CONTRACT, title="only canonical statuses, anywhere, any time")
def canonical_status(history: History) -> Iterator[Judgement]:
    """Judge every status that was shown."""
    for channel in history.channels:
        for seen in history.sightings_of[channel]:
            if seen.status is not None or seen.via in _ALWAYS_SHOWS_ONE:
                yield _judge(history, seen)


def _judge(history: History, seen: Sighting) -> Judgement:
    holds = seen.status in CANONICAL
    return Judgement(
        holds=holds,
        subject=f"channel {seen.channel}",
        t=seen.at_s,
        witness=(seen.seq,) if holds else (*brought_by(history, seen), seen.seq),
        sentence=(
            f"{Gap.STATUS_CONTRACT}: channel {seen.channel} showed the status {seen.status!r} ({seen.via}); "
            f"expected one of {_LEGAL}; look where the provider's state becomes the channel's status"
        ),
    )
