"""I33: a backend that is restarted with channels in any status boots, and every channel comes to show the truth."""

from collections.abc import Iterator, Mapping
from math import isfinite

from scenarios.downtime import Downtime, downtimes
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant
from scenarios.sighting import Sighting
from scenarios.status import ChannelStatus

# So long after it was started again it must answer.
BOOT_S_MAX = 30.0
# So long after it answers, and after its instance last moved, a channel must show the truth.
CONVERGE_S_MAX = 30.0
_REFUSALS_MIN = 3
# How a step of the script says so.
_NOT_BACK = "did not come back"
_ENDS = frozenset({"kill", "restart"})
_ON_ITS_WAY = frozenset({ChannelStatus.CONNECTING, ChannelStatus.QRCODE})
# What a page may say of an instance in each phase of its life; ERROR with a closed one says why.
TRUTH: Mapping[str, frozenset[ChannelStatus]] = {
    "open": frozenset({ChannelStatus.CONNECTED}),
    "closed": frozenset({ChannelStatus.DISCONNECTED, ChannelStatus.ERROR}),
    "removed": frozenset({ChannelStatus.DISCONNECTED, ChannelStatus.ERROR}),
    "starting": _ON_ITS_WAY,
    "qr": _ON_ITS_WAY,
    "paired": _ON_ITS_WAY,
    "opening": _ON_ITS_WAY | {ChannelStatus.CONNECTED},
}


@invariant("I33", gap=Duty.RECOVERY, title="a restart with channels in any status boots and converges")
def restart_converges(history: History) -> Iterator[Judgement]:
    """Judge every restart of the backend: whether it answers again, and each channel's way back to the truth."""
    ends = [one for one in downtimes(history, "backend") if one.how in _ENDS]
    for at, away in enumerate(ends):
        until_s = ends[at + 1].down_s if at + 1 < len(ends) else history.end_s
        if away.up_s > history.end_s:
            yield from _judge_absence(history, away)
            continue
        yield from _judge_boot(history, away, until_s)
        for channel in history.channels:
            yield from _judge_channel(history, channel, away, until_s)


def _judge_absence(history: History, away: Downtime) -> Iterator[Judgement]:
    """It was started again and did not come up; without such a word the run may just have ended there."""
    for record in history.by_kind.get("sut", ()):
        code = record.get("exit_code")
        if record.get("what") == "exited" and record.t >= away.down_s and isinstance(code, int) and code > 0:
            what = f"ended by itself (exit code {code})"
            yield _broken("the backend", away, what, history.end_s - away.down_s, record.seq)
            return
    for step in history.steps:
        if step.t >= away.down_s and step.outcome == "failed" and _NOT_BACK in (step.error or ""):
            what = f"did not come up ({step.error})"
            yield _broken("the backend", away, what, history.end_s - away.down_s, step.seq)
            return


def _judge_boot(history: History, away: Downtime, until_s: float) -> Iterator[Judgement]:
    """It answers again: whatever it answers."""
    replies = [one for many in history.replies_of.values() for one in many if away.up_s < one.asked_s <= until_s]
    looks = [one for many in history.sightings_of.values() for one in many if away.up_s < one.as_of_s <= until_s]
    attempts = [one for one in history.attempts if away.up_s < one.sent_s <= until_s]
    heard = (one.status_code for one in replies), (one.status for one in attempts)
    if looks or any(code for codes in heard for code in codes):
        yield Judgement(holds=True, subject="the backend", t=away.up_s)
        return
    late = [one.seq for one in replies if one.asked_s > away.up_s + BOOT_S_MAX]
    late += [one.seq for one in attempts if one.sent_s > away.up_s + BOOT_S_MAX]
    if len(late) >= _REFUSALS_MIN:
        what = f"gave no answer for {BOOT_S_MAX:g} s and more after it was started again"
        yield _broken("the backend", away, what, until_s - away.up_s, *late[:_REFUSALS_MIN])


def _judge_channel(history: History, channel: str, away: Downtime, until_s: float) -> Iterator[Judgement]:
    """The channel shows the truth in the end; a time too short to converge in proves nothing against it."""
    end_s = min(until_s, history.watched_until_s(channel))
    click = history.next_click(channel, away.down_s)
    end_s = end_s if click is None else min(end_s, click.t)
    states = [state for name in history.instances_of.get(channel, ()) for state in history.states_of.get(name, ())]
    states = sorted((state for state in states if state.t <= end_s), key=lambda state: state.t)
    looks = [seen for seen in history.sightings_of.get(channel, ()) if seen.status and seen.at_s <= end_s]
    if end_s <= away.up_s or not states or not looks:
        return
    since_s = max(away.up_s, states[-1].t)
    truth, last = TRUTH.get(states[-1].phase, frozenset()), looks[-1]
    if last.status in truth:
        if last.as_of_s >= away.up_s or end_s - since_s > CONVERGE_S_MAX:
            yield Judgement(holds=True, subject=f"channel {channel}", t=max(last.at_s, away.up_s))
    elif truth and end_s - since_s > CONVERGE_S_MAX and not _waits_for_user(last):
        what = (
            f"showed {last.status} {end_s - since_s:.1f} s after its instance '{states[-1].instance}' had come to be "
            f"'{states[-1].phase}'"
        )
        yield _broken(f"channel {channel}", away, what, end_s - since_s, states[-1].seq, last.seq)


def _waits_for_user(last: Sighting) -> bool:
    """ERROR tells the person to start again: it is the end of a way, whatever the instance does later."""
    return last.status == ChannelStatus.ERROR


def _broken(subject: str, away: Downtime, what: str, size: float, *witness: int) -> Judgement:
    again = f" again at {away.up_s:.2f} s" if isfinite(away.up_s) else " again"
    return Judgement(
        holds=False,
        subject=subject,
        t=away.up_s if isfinite(away.up_s) else away.down_s,
        size=size,
        witness=(*away.witness, *witness),
        sentence=(
            f"{Duty.RECOVERY}: after the backend went ({away.how}) at {away.down_s:.2f} s and was started{again}, "
            f"{subject} {what}; expected it to boot whatever stands in its rows, and to ask Evolution what became of "
            f"every channel meanwhile; look at what is done at start"
        ),
    )
