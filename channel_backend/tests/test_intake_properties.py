"""Any order, any repetition: the channel ends where the session ended."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channel_backend.events import Event, Owner, Qr, QrReported, Seen, StateReported
from channel_backend.intake import Apply, Ask, believe, decide, settle
from channel_backend.patience import overdue
from channel_backend.standing import Standing, started
from channel_backend.status import ChannelStatus, from_evolution

T0 = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = Owner(number="5511999990001", jid="5511999990001@s.whatsapp.net")
History = tuple[tuple[Event, ...], Seen]


def _state(word: str, second: int) -> StateReported:
    owner = OWNER if word == "open" else None
    return StateReported(from_evolution(word), word, session=1, at=T0 + timedelta(seconds=second), owner=owner)


def _qr(code: str, second: int) -> QrReported:
    return QrReported(Qr(code, f"image of {code}", T0 + timedelta(seconds=second)), session=1)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """What Evolution emits in one session, in order, and what it answers when asked afterwards."""
    codes = [f"code {number}" for number in range(draw(st.integers(1, 4)))]
    story: list[tuple[str, str]] = [("state", "connecting"), *(("qr", code) for code in codes)]
    seen = Seen("connecting", qr=Qr(codes[-1], f"image of {codes[-1]}"))
    end = draw(st.sampled_from(["waiting", "open", "reconnected", "unlinked", "refused"]))
    if end == "refused":
        story.append(("state", "refused"))
        seen = Seen("close")
    elif end != "waiting":
        story += [("state", "connecting"), ("state", "open")]
        seen = Seen("open", owner=OWNER)
    if end == "reconnected":
        story += [("state", "connecting"), ("state", "open")] * draw(st.integers(1, 2))
    if end == "unlinked":
        story.append(("state", "close"))
        seen = Seen("close")
    events = tuple(
        _state(what, second) if kind == "state" else _qr(what, second) for second, (kind, what) in enumerate(story)
    )
    return events, seen


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[History, list[Event]]:
    """A history, and its events as they arrive: every one at least once, in any order."""
    history = draw(histories())
    again = draw(st.lists(st.sampled_from(history[0]), max_size=6))
    return history, draw(st.permutations([*history[0], *again]))


def _truth(happened: tuple[Event, ...]) -> Seen:
    """What Evolution answers when this much has happened; its last code stays in its memory."""
    word, qr = "connecting", None
    for event in happened:
        if isinstance(event, QrReported):
            qr = Qr(event.qr.code, event.qr.image)
        else:
            word = "close" if event.word == "refused" else event.word
    return Seen(word, qr=qr, owner=OWNER if word == "open" else None)


def _expected(history: History) -> tuple[ChannelStatus, str | None]:
    last = history[0][-1]
    if isinstance(last, QrReported):
        return ChannelStatus.QRCODE, last.qr.code
    return last.status, None


def _after_a_look(history: History) -> set[tuple[ChannelStatus, str | None]]:
    """A session that ended before it was ever linked can be told from one that failed by its events alone."""
    expected = _expected(history)
    if history[1].word == "close":
        return {(ChannelStatus.DISCONNECTED, None), (ChannelStatus.ERROR, None)}
    return {expected}


def _face(standing: Standing) -> tuple[ChannelStatus, str | None]:
    return standing.status, standing.qr.code if standing.qr else None


def _take(standing: Standing, event: Event, seen: Seen | None) -> Standing | None:
    """The shell's part, without the shell; None when the event has to come again."""
    decision = decide(standing, event)
    if isinstance(decision, Apply):
        return decision.standing
    if isinstance(decision, Ask):
        return believe(standing, event) if seen is None else settle(standing, event, seen)
    return standing


@given(deliveries())
def test_any_order_ends_in_the_newest_state(delivered: tuple[History, list[Event]]) -> None:
    """However a session's events arrive and repeat, the channel stands as Evolution does."""
    history, arrivals = delivered
    standing = started(Standing())

    for event in arrivals:
        settled = _take(standing, event, history[1])
        assert settled is not None
        standing = settled

    assert _face(standing) == _expected(history)


@given(histories(), st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_late_events_end_there_too(history: History, lateness: list[int]) -> None:
    """Each event comes some time after it happened, and Evolution answers what is true at that moment."""
    events = history[0]
    late = sorted(range(len(events)), key=lambda number: (number + lateness[number], number))
    standing = started(Standing())

    for number in late:
        settled = _take(standing, events[number], _truth(events[: number + lateness[number] + 1]))
        assert settled is not None
        standing = settled

    assert _face(standing) == _expected(history)


@given(deliveries(), st.data())
def test_what_is_lost_is_found_by_a_look(delivered: tuple[History, list[Event]], data: st.DataObject) -> None:
    """Any part of a session's events, in any order, and one look at Evolution: the channel stands as Evolution does."""
    history, arrivals = delivered
    heard = [event for event in arrivals if data.draw(st.booleans())]
    standing = started(Standing())

    for event in heard:
        standing = _take(standing, event, history[1]) or standing
    standing = overdue(standing, history[1], given_up=True)

    assert _face(standing) in _after_a_look(history)


@given(histories())
def test_in_order_without_a_question_answered_it_ends_there_too(history: History) -> None:
    """With Evolution away, events in order are enough."""
    standing = started(Standing())

    for event in history[0]:
        believed = _take(standing, event, None)
        standing = standing if believed is None else believed

    assert _face(standing) == _expected(history)


@given(deliveries(), st.lists(st.integers(-10_800, 10_800), min_size=24, max_size=24))
def test_a_skewed_clock_never_shows_a_wrong_connection(
    delivered: tuple[History, list[Event]], skews: list[int]
) -> None:
    """Whatever the clock says, a channel is CONNECTED in the end only if Evolution's session is open."""
    (_, seen), arrivals = delivered
    standing = started(Standing())

    for event, skew_s in zip(arrivals, skews, strict=False):
        standing = _take(standing, _skewed(event, skew_s), seen) or standing
    standing = settle(standing, None, seen)

    assert (standing.status is ChannelStatus.CONNECTED) == (seen.word == "open")


@given(deliveries())
def test_the_same_event_twice_in_a_row_is_one_effect(delivered: tuple[History, list[Event]]) -> None:
    """An exact duplicate right behind its original changes nothing a client could see."""
    history, arrivals = delivered
    standing = started(Standing())

    for event in arrivals:
        once = _take(standing, event, history[1])
        assert once is not None
        twice = _take(once, event, history[1])
        assert twice is not None
        assert _face(twice) == _face(once)
        standing = once


@given(deliveries())
def test_a_session_that_was_left_hears_nothing(delivered: tuple[History, list[Event]]) -> None:
    """Events of session 1 leave session 2 untouched, whatever they say."""
    _, arrivals = delivered
    standing = started(Standing(session=1))

    for event in arrivals:
        assert _take(standing, event, Seen("open", owner=OWNER)) == standing


def _skewed(event: Event, skew_s: int) -> Event:
    assert event.at is not None
    moment = event.at + timedelta(seconds=skew_s)
    if isinstance(event, QrReported):
        return QrReported(Qr(event.qr.code, event.qr.image, moment), session=event.session)
    return StateReported(event.status, event.word, session=event.session, at=moment, owner=event.owner)
