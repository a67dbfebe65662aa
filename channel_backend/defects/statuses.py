"""Statuses that clients do not know."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from channel_backend import presenting
from channel_backend.channel import Channel
from channel_backend.defects.base import Defect
from channel_backend.events import Event, StateReported
from channel_backend.intake import Apply, Decision, decide
from channel_backend.seams import Seams
from channel_backend.standing import Standing, failed, linking
from channel_backend.status import ChannelStatus, is_known

_OPEN_CLOSE = {"CONNECTED": "open", "DISCONNECTED": "close", "CONNECTING": "connecting"}
_NOBODY_KNOWS = "unknown state"

Shown = Callable[[Channel], dict[str, object]]


def _spelled(words: Mapping[str, str | None]) -> Callable[[Seams], Seams]:
    """Other words in whatever clients see."""

    def misspelled(shown: Shown) -> Shown:
        def show(channel: Channel) -> dict[str, object]:
            found = shown(channel)
            return {**found, "status": words.get(str(found["status"]), found["status"])}

        return show

    full, short = misspelled(presenting.full_channel), misspelled(presenting.short_channel)
    return lambda seams: replace(seams, full_channel=full, short_channel=short)


def _is_strange(standing: Standing, event: Event) -> bool:
    mine = standing.live and event.session in (None, standing.session)
    return mine and isinstance(event, StateReported) and not is_known(event.word)


def _unknown_is_connecting(standing: Standing, event: Event) -> Decision:
    return Apply(linking(standing)) if _is_strange(standing, event) else decide(standing, event)


def _unknown_is_nothing(standing: Standing, event: Event) -> Decision:
    return Apply(failed(standing, _NOBODY_KNOWS)) if _is_strange(standing, event) else decide(standing, event)


def _null_status(seams: Seams) -> Seams:
    def nulled(shown: Shown) -> Shown:
        def show(channel: Channel) -> dict[str, object]:
            found = shown(channel)
            is_null = found["status"] == ChannelStatus.ERROR and channel.standing.reason == _NOBODY_KNOWS
            return {**found, "status": None} if is_null else found

        return show

    full, short = nulled(presenting.full_channel), nulled(presenting.short_channel)
    return replace(seams, decide=_unknown_is_nothing, full_channel=full, short_channel=short)


DEFECTS = (
    Defect(
        id="provider-spelling",
        stands_for="G1, I21",
        origin="report, gap 1; observed R1",
        seen="the page has no button that fits: the status reads open or close",
        seams=_spelled(_OPEN_CLOSE),
    ),
    Defect(
        id="snake-status",
        stands_for="G1, I21",
        origin="report, gap 1; observed R2",
        seen="the QR window never opens: the status reads qr_code",
        seams=_spelled({"QRCODE": "qr_code"}),
    ),
    Defect(
        id="null-status",
        stands_for="G5, I15",
        origin="report, gap 5; observed B14",
        seen="a word that is new in Evolution leaves a channel without any status",
        seams=_null_status,
    ),
    Defect(
        id="unknown-is-connecting",
        stands_for="G5, I15",
        origin="observed B14",
        seen="a connected channel spins as if it was connecting, because Evolution used a new word",
        seams=lambda seams: replace(seams, decide=_unknown_is_connecting),
    ),
)
