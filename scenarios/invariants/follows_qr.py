"""I28: no fixed sleep: the answer time follows the QR, not a constant.

A QR is *available* from the moment the backend took its webhook, or got an answer that carries it. From then on
a click on "new QR" must be answered with it, and the page must show it, at once. An answer that comes before
there is a QR is legal (the socket announces the QR later); an answer without the QR that was there is not.
"""

from collections.abc import Iterator, Sequence
from statistics import median

from scenarios.downtime import disturbed
from scenarios.history import History
from scenarios.observing import Known, known_qrs, slowest_ack_s
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting, Via
from scenarios.staged import Click, Reply

ANSWER_LAG_S_MAX = 1.0
SHOWN_LAG_S_MAX = 2.0
WITHOUT_QR_LAG_S = 0.5
# Answers that take the same time although their QRs came this much apart follow a constant.
CONSTANT_SPREAD_S = 0.1
CONSTANT_CAUSE_SPREAD_S = 1.0
CONSTANT_ANSWERS_MIN = 4
# After an outage a page needs a moment until its socket is open again.
AFTER_OUTAGE_S = 5.0
_ASKING = ("start", "request_qr")


Answered = tuple[Reply, Known]


def follows_a_constant(given: Sequence[Answered]) -> Iterator[Judgement]:
    """Answers that all take the same time, in whatever phase, and whenever their QRs came.

    A backend whose answers never wait for the QR does the same, rightly: at least one must have waited.
    """
    waited = any(known.t <= reply.t for reply, known in given)
    took_s = [reply.duration_s for reply, _ in given]
    came_s = [known.t - reply.asked_s for reply, known in given]
    if not waited or len(given) < CONSTANT_ANSWERS_MIN or _spread(came_s) < CONSTANT_CAUSE_SPREAD_S:
        return
    what = (
        f"{len(given)} answers to request_qr took {median(took_s):.2f} s each, while their QRs came "
        f"{min(came_s):.2f} to {max(came_s):.2f} s after the click"
    )
    reply, holds = given[0][0], _spread(took_s) > CONSTANT_SPREAD_S
    witness = (reply.seq for reply, _ in given)
    yield _judgement(str(reply.channel), reply.t, 0.0, what, *witness, holds=holds)


def answered(history: History) -> Iterator[Answered]:
    """Every answer to a click for a new QR, with the moment at which the backend could first know it."""
    for channel in history.channels:
        for click in history.clicks_of[channel]:
            known = _all_known(history, channel, click) if click.action == "request_qr" else []
            reply = _reply_to(history, channel, click)
            if known and reply is not None and reply.ok:
                yield reply, known[0]


@invariant(
    "I28",
    gap=Gap.QR_BY_SLEEP,
    title="no fixed sleep: answers and pages follow the QR",
    collect=answered,
    across=follows_a_constant,
)
def follows_qr(history: History) -> Iterator[Judgement]:
    """Judge every click that asks for a QR: its answer, and when the QR was shown."""
    for channel in history.channels:
        for click in history.clicks_of[channel]:
            known = _all_known(history, channel, click) if click.action in _ASKING else []
            if not known:
                continue
            shown = _first_shown(history, channel, click)
            until_s = known[-1].t if shown is None else max(shown.at_s, known[0].t)
            if disturbed(history, click.t - AFTER_OUTAGE_S, until_s):
                # What was away on purpose is no sleep.
                continue
            yield from _judge_shown(history, channel, click, known, shown)
            reply = _reply_to(history, channel, click)
            if click.action == "request_qr" and reply is not None and reply.ok:
                yield from _judge_answer(history, channel, reply, known, shown)


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _judge_answer(
    history: History, channel: str, reply: Reply, known: list[Known], shown: Sighting | None
) -> Iterator[Judgement]:
    """The answer comes right after the backend surely had the QR: at the latest when it showed it."""
    had = _last_before(known, reply.t)
    if had is None:
        return
    had_s = had.t if shown is None else min(had.t, shown.at_s)
    lag_s = reply.t - had_s
    if _carried(history, channel, reply) is None and not _was_scanned(history, known, reply.t):
        if lag_s > WITHOUT_QR_LAG_S:
            what = f"the answer to request_qr came without the QR, which the backend had for {lag_s:.2f} s"
            yield _broken(channel, reply.t, lag_s, what, had.seq, reply.seq)
        return
    allowed_s = ANSWER_LAG_S_MAX + slowest_ack_s(history, from_s=had_s, to_s=reply.t)
    what = f"the answer to request_qr came {lag_s:.2f} s after the QR was there"
    yield _judgement(channel, reply.t, lag_s, what, had.seq, reply.seq, holds=lag_s <= allowed_s)


def _judge_shown(
    history: History, channel: str, click: Click, known: list[Known], shown: Sighting | None
) -> Iterator[Judgement]:
    """The page shows the QR right after the backend learnt of it, from whichever source it took it."""
    if shown is None:
        until_s, had = _watched_for_qr_until_s(history, channel, click), known[0]
        lag_s = until_s - had.t
        if lag_s > _shown_within_s(history, had):
            what = f"the QR that the backend had was not shown for {lag_s:.2f} s"
            yield _broken(channel, had.t, lag_s, what, had.seq)
        return
    # A QR can be on the page before its webhook is answered.
    had = _last_before(known, shown.at_s) or known[0]
    lag_s = shown.at_s - had.t
    what = f"the QR was shown {lag_s:.2f} s after the backend had it"
    holds = lag_s <= _shown_within_s(history, had)
    yield _judgement(channel, had.t, lag_s, what, had.seq, shown.seq, holds=holds)


def _shown_within_s(history: History, had: Known) -> float:
    return SHOWN_LAG_S_MAX + slowest_ack_s(history, from_s=had.t, to_s=had.t + SHOWN_LAG_S_MAX)


def _all_known(history: History, channel: str, click: Click) -> list[Known]:
    """When the backend could know a QR for this click, in order, until the channel is left or asked again."""
    until = history.next_click(channel, click.t, *_ASKING, "disconnect", "delete")
    until_s = history.end_s if until is None else until.t
    known = (one for one in known_qrs(history, channel, since_s=click.t) if one.t <= until_s)
    return sorted(known, key=lambda one: one.t)


def _last_before(known: list[Known], moment_s: float) -> Known | None:
    """The newest of what the backend could know at a moment."""
    return next((one for one in reversed(known) if one.t <= moment_s), None)


def _was_scanned(history: History, known: list[Known], moment_s: float) -> bool:
    """Whether a phone had linked one of these QRs by then: what is answered later has no QR to show."""
    codes = {one.code for one in known}
    return any(scan.code in codes and scan.verdict == "linked" and scan.t <= moment_s for scan in history.scans)


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
