"""Events that come too late, and are taken for news."""

from dataclasses import replace

from channel_backend.config import Config
from channel_backend.defects.base import Defect
from channel_backend.defects.taking import always_new, at_its_word, is_of_this_session
from channel_backend.events import Event, QrReported, Seen, StateReported
from channel_backend.intake import Apply, Decision, Ignore, Order, decide, order_of, settle
from channel_backend.seams import Seams
from channel_backend.standing import Standing
from channel_backend.status import ChannelStatus

PATIENCE_S = 30.0


def _last_come_wins(standing: Standing, event: Event) -> Decision:
    return at_its_word(standing, event) if is_of_this_session(standing, event) else decide(standing, event)


def _any_session(standing: Standing, event: Event) -> Decision:
    return at_its_word(standing, event)


def _by_clock_alone(standing: Standing, event: Event) -> Decision:
    if not is_of_this_session(standing, event):
        return decide(standing, event)
    if event.at is None or (standing.clock is not None and event.at <= standing.clock):
        return Ignore("its date_time is older")
    return at_its_word(standing, event)


def _late_is_news(standing: Standing, event: Event) -> Decision:
    is_late = is_of_this_session(standing, event) and order_of(standing, event) is Order.OLDER
    return at_its_word(standing, event) if is_late else decide(standing, event)


def _any_qr(standing: Standing, event: Event) -> Decision:
    is_qr = isinstance(event, QrReported) and standing.is_opening and is_of_this_session(standing, event)
    return at_its_word(standing, event) if is_qr else decide(standing, event)


def _qr_when_connected(standing: Standing, event: Event) -> Decision:
    connected = standing.status is ChannelStatus.CONNECTED and is_of_this_session(standing, event)
    return at_its_word(standing, event) if connected and isinstance(event, QrReported) else decide(standing, event)


def _qr_stays(standing: Standing, event: Event) -> Decision:
    decision = decide(standing, event)
    if isinstance(decision, Apply) and isinstance(event, StateReported) and standing.qr is not None:
        return Apply(replace(decision.standing, qr=standing.qr))
    return decision


def _qr_stays_settled(standing: Standing, event: Event | None, seen: Seen) -> Standing:
    after = settle(standing, event, seen)
    return after if standing.qr is None or after.qr is not None else replace(after, qr=standing.qr)


def _asks_late(config: Config) -> Config:
    return replace(config, check_s=PATIENCE_S, qr_check_s=PATIENCE_S)


def _replays(seams: Seams) -> Seams:
    return replace(seams, decide=_last_come_wins, webhook_mark=always_new)


DEFECTS = (
    Defect(
        id="last-come-wins",
        stands_for="G4, I5",
        origin="report, gap 4; observed R6; https://github.com/EvolutionAPI/evolution-api/issues/1307",
        seen="a connected channel goes back to connecting when a webhook was slow",
        seams=lambda seams: replace(seams, decide=_last_come_wins),
    ),
    Defect(
        id="late-retry-applied",
        stands_for="G4, I9",
        origin="observed R6",
        seen="seconds after the phone was linked the channel shows connecting again, because a webhook was retried",
        seams=lambda seams: replace(seams, decide=_late_is_news),
    ),
    Defect(
        id="date-time-is-order",
        stands_for="G4, I23",
        origin="observed R6; the server's date_time is local time that says Z",
        seen="a linked channel stays on connecting while the server's clock is wrong",
        seams=lambda seams: replace(seams, decide=_by_clock_alone),
        settings=_asks_late,
    ),
    Defect(
        id="old-bodies-taken",
        stands_for="G4, I14",
        origin="observed R6, B7",
        seen="whoever overheard a webhook moves the channel by sending it once more",
        seams=_replays,
    ),
    Defect(
        id="resurrected",
        stands_for="G4, I11",
        origin="observed R6; https://github.com/EvolutionAPI/evolution-api/issues/1325",
        seen="a channel that was disconnected shows connected again, and its phone is not",
        seams=lambda seams: replace(seams, decide=_any_session, webhook_mark=always_new),
    ),
    Defect(
        id="older-qr-wins",
        stands_for="G4, I7",
        origin="observed R6; https://github.com/EvolutionAPI/evolution-api/issues/1391",
        seen="the phone says that the QR code is not valid: it is the one before",
        seams=lambda seams: replace(seams, decide=_any_qr),
    ),
    Defect(
        id="qr-after-open",
        stands_for="G4, I6",
        origin="observed, section 6",
        seen="a linked channel asks for a scan again",
        seams=lambda seams: replace(seams, decide=_qr_when_connected, webhook_mark=always_new),
    ),
    Defect(
        id="stale-qr-kept",
        stands_for="G3, I27",
        origin="observed B13",
        seen="the QR code stays on the page after it was scanned",
        seams=lambda seams: replace(seams, decide=_qr_stays, settle=_qr_stays_settled),
    ),
)
