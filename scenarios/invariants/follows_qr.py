"""I28: no fixed sleep: the answer time follows the QR, not a constant.

A QR is *available* from the moment the backend took its webhook, or got an answer that carries it. From then on
a click on "new QR" must be answered with it, and the page must show it, at once. An answer that comes before
there is a QR is legal (the socket announces the QR later); an answer without the QR that was there is not.
"""

from collections.abc import Iterator
from statistics import median

from scenarios.happened import Click, Reply
from scenarios.history import History
from scenarios.observing import Known, known_qrs, slowest_ack_s
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via

ANSWER_LAG_S_MAX = 1.0
SHOWN_LAG_S_MAX = 2.0
# Answers that take the same time although their QRs came this much apart follow a constant.
CONSTANT_SPREAD_S = 0.1
CONSTANT_CAUSE_SPREAD_S = 1.0
CONSTANT_ANSWERS_MIN = 4
_ASKING = ("start", "request_qr")


@invariant("I28", gap=Gap.QR_BY_SLEEP, title="no fixed sleep: answers and pages follow the QR")
def follows_qr(history: History) -> Iterator[Judgement]:
    """Judge every click that asks for a QR: its answer, and when the QR was shown."""
    answered: list[tuple[Reply, Known]] = []
    for channel in history.channels:
        for click in history.clicks_of[channel]:
            if click.action not in _ASKING:
                continue
            known = _first_known(history, channel, click)
            if known is None:
                continue
            yield from _judge_shown(history, channel, click, known)
            reply = _reply_to(history, channel, click)
            if click.action == "request_qr" and reply is not None and reply.ok:
                answered.append((reply, known))
                yield from _judge_answer(history, channel, reply, known)
    yield from _judge_constant(answered)


def _judge_answer(history: History, channel: str, reply: Reply, known: Known) -> Iterator[Judgement]:
    lag_s = reply.t - known.t
    if lag_s <= 0:
        return
    allowed_s = ANSWER_LAG_S_MAX + slowest_ack_s(history, from_s=known.t, to_s=reply.t)
    carried = _carried(history, channel, reply)
    if carried is None and lag_s > ANSWER_LAG_S_MAX / 2:
        what = f"the answer to request_qr came without the QR, which the backend had for {lag_s:.2f} s"
        yield _broken(channel, reply.t, lag_s, what, known.seq, reply.seq)
    else:
        what = f"the answer to request_qr came {lag_s:.2f} s after the QR was there"
        holds = lag_s <= allowed_s
        yield _judgement(channel, reply.t, lag_s, what, known.seq, reply.seq, holds=holds)


def _judge_shown(history: History, channel: str, click: Click, known: Known) -> Iterator[Judgement]:
    shown = _first_shown(history, channel, click)
    until_s = _watched_for_qr_until_s(history, channel, click)
    lag_s = (until_s if shown is None else shown.at_s) - known.t
    allowed_s = SHOWN_LAG_S_MAX + slowest_ack_s(history, from_s=known.t, to_s=known.t + SHOWN_LAG_S_MAX)
    if shown is None and lag_s <= allowed_s:
        return
    what = f"the QR was shown {lag_s:.2f} s after the backend had it"
    if shown is None:
        what = f"the QR that the backend had was not shown for {lag_s:.2f} s"
    witness = (known.seq,) if shown is None else (known.seq, shown.seq)
    yield _judgement(channel, known.t, lag_s, what, *witness, holds=lag_s <= allowed_s)


def _judge_constant(answered: list[tuple[Reply, Known]]) -> Iterator[Judgement]:
    """Answers that all take the same time, whenever the QR came."""
    if len(answered) < CONSTANT_ANSWERS_MIN:
        return
    took_s = [reply.duration_s for reply, _ in answered]
    came_s = [known.t - reply.asked_s for reply, known in answered]
    if max(came_s) - min(came_s) < CONSTANT_CAUSE_SPREAD_S or max(took_s) - min(took_s) > CONSTANT_SPREAD_S:
        return
    reply = answered[0][0]
    what = (
        f"{len(answered)} answers to request_qr took {median(took_s):.2f} s each, while their QRs came "
        f"{min(came_s):.2f} to {max(came_s):.2f} s after the click"
    )
    yield _broken(str(reply.channel), reply.t, 0.0, what, *(reply.seq for reply, _ in answered))


def _first_known(history: History, channel: str, click: Click) -> Known | None:
    """When the backend first had a QR for this click; clicks on a channel that is left or asked again end it."""
    until = history.next_click(channel, click.t, *_ASKING, "disconnect", "delete")
    until_s = history.end_s if until is None else until.t
    known = [one for one in known_qrs(history, channel, since_s=click.t) if one.t <= until_s]
    return min(known, key=lambda one: one.t, default=None)


def _first_shown(history: History, channel: str, click: Click) -> Sighting | None:
    """The first look that showed a QR given since the click."""
    for seen in history.sightings_of[channel]:
        qr = history.qrs.get(seen.code or "")
        if qr is not None and qr.t >= click.t:
            return seen
    return None


def _watched_for_qr_until_s(history: History, channel: str, click: Click) -> float:
    until = history.next_click(channel, click.t)
    return history.watched_until_s(channel) if until is None else until.t


def _reply_to(history: History, channel: str, click: Click) -> Reply | None:
    replies = (reply for reply in history.replies_of.get(channel, ()) if reply.action == click.action)
    return next((reply for reply in replies if reply.t >= click.t), None)


def _carried(history: History, channel: str, reply: Reply) -> Sighting | None:
    """The QR in the answer itself; what an answer shows is on record right after it."""
    for seen in history.sightings_of[channel]:
        same = seen.via == Via.REPLY and seen.action == reply.action
        if same and seen.seq > reply.seq and (seen.as_of_s - reply.asked_s) < ANSWER_LAG_S_MAX:
            return seen if seen.code or seen.qr_error else None
    return None


def _broken(channel: str, t: float, size: float, what: str, *witness: int) -> Judgement:
    return _judgement(channel, t, size, what, *witness, holds=False)


def _judgement(channel: str, t: float, size: float, what: str, *witness: int, holds: bool) -> Judgement:
    return Judgement(
        holds=holds,
        subject=f"channel {channel}",
        t=t,
        size=size,
        witness=witness,
        sentence=(
            f"{Gap.QR_BY_SLEEP}: channel {channel}: {what}; expected it within {ANSWER_LAG_S_MAX:g} s of the QR; "
            f"look for a fixed sleep between the QR's arrival and the answer or the page"
        ),
    )
