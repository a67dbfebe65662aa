"""Judging a journal file, however long, and whatever is wrong with it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import orjson
import pytest

from fake_evolution import Record
from scenarios.history import History
from scenarios.judging import Truth, Verdict, check
from scenarios.rules import Gap, Invariant, Judgement
from scenarios.tests.odd_tale import OddTale
from scenarios.trial import JournalJudged, judge_journal


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., JournalJudged]:
    """Judges records, or the bytes of a file."""

    def judge(told: list[Record] | bytes, *, whole: bool = False) -> JournalJudged:
        path = tmp_path / "journal.jsonl"
        lines = told if isinstance(told, bytes) else b"".join(map(as_line, told))
        path.write_bytes(lines)
        return judge_journal(path, whole=whole)

    return judge


def as_line(record: Record) -> bytes:
    """The record as it stands in the file."""
    return orjson.dumps(record.line(), option=orjson.OPT_APPEND_NEWLINE)


def two_channels() -> OddTale:
    """Two people in one phase: channel 7 is right, channel 8 shows a word of its own."""
    tale = OddTale()
    tale.add(0.0, "phase.start", phase="first")
    for channel in ("7", "8"):
        tale.journey(1.0, 20.0, channel=channel)
        tale.qr(2.0, f"qr-{channel}", instance=channel)
        tale.seen(2.2, "QRCODE", code=f"qr-{channel}", channel=channel)
    tale.seen(5.0, "connected", channel="8")
    tale.connection(6.0, "open", 6.0, 6.4)
    tale.seen(6.1, "CONNECTED")
    tale.add(30.0, "phase.end", phase="first")
    return tale


def test_channel_after_channel_comes_to_what_all_together_come_to(judged: Callable[..., JournalJudged]) -> None:
    """Cut into what hangs together, a phase is judged as it is in one piece."""
    tale = two_channels()

    found = judged(tale.records())

    phase = found.phases["first"].verdicts
    narrow = {one.id: (one.verdict, one.exercised, one.count) for one in phase}
    whole = {one.id: check_by_id(one.id, tale) for one in phase}
    assert narrow == whole
    assert narrow["I21"] == (Truth.FALSE, 4, 1)


def check_by_id(name: str, tale: OddTale) -> tuple[Truth, int, int]:
    """What the invariant says of the whole tale at once."""
    verdict = tale.verdict(name)
    return verdict.verdict, verdict.exercised, verdict.count


def test_phases_are_cut_apart(judged: Callable[..., JournalJudged]) -> None:
    """What lies between belongs to none; one wrong phase makes the run wrong."""
    tale = OddTale()
    for start_s, status, phase in ((1.0, "CONNECTED", "first"), (5.0, "connected", "second")):
        tale.add(start_s, "phase.start", phase=phase)
        tale.seen(start_s + 1.0, status)
        tale.add(start_s + 2.0, "phase.end", phase=phase)
    tale.seen(4.0, "open")

    found = judged(tale.records())

    words = {name: by_id(phase.verdicts)["I21"].verdict for name, phase in found.phases.items()}
    assert words == {"first": Truth.TRUE, "second": Truth.FALSE}
    assert (by_id(found.invariants)["I21"].verdict, by_id(found.invariants)["I21"].count) == (Truth.FALSE, 1)


def by_id(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
    """The verdicts by the id of their invariant."""
    return {one.id: one for one in verdicts}


def test_a_journal_that_was_cut_off_is_judged_as_far_as_it_goes(judged: Callable[..., JournalJudged]) -> None:
    """The last line is half written and the phase has no end: both are said, and the rest is judged."""
    lines = b"".join(map(as_line, two_channels().records()[:-1]))

    found = judged(lines[:-20])

    assert by_id(found.invariants)["I21"].verdict is Truth.FALSE
    assert found.notes == (
        "the journal ends in the middle of a line: the run was cut off there",
        "phase 'first' has no end: it is judged as far as it goes",
    )


def test_what_another_version_wrote_is_left_out_and_counted_once(judged: Callable[..., JournalJudged]) -> None:
    """Unknown kinds, kinds without their fields, and lines that are no record, whatever channel they are about."""
    tale = two_channels()
    tale.add(3.0, "telepathy", channel="7")
    tale.add(3.0, "outage", half="a record")
    tale.add(3.0, "scan", channel="7")
    lines = b"".join(map(as_line, tale.records()))

    found = judged(b"no record\n" + lines)

    assert found.notes == (
        "left out: 1 lines that are no record (a JSON object with seq, t, wall, kind)",
        "left out: 1 records of kind 'outage' without the fields it must have",
        "left out: 1 records of kind 'scan' without the fields it must have",
        "left out: 1 records of unknown kind 'telepathy'",
    )


@pytest.mark.parametrize(("whole", "phases"), [(True, ["the whole journal"]), (False, [])])
def test_a_journal_without_phases_is_one_where_that_is_wanted(
    judged: Callable[..., JournalJudged], *, whole: bool, phases: list[str]
) -> None:
    """A journal of the fake alone has no phases, and can be judged all the same."""
    tale = OddTale()
    tale.seen(1.0, "CONNECTED")

    assert list(judged(tale.records(), whole=whole).phases) == phases


def test_an_empty_file_shows_nothing(judged: Callable[..., JournalJudged]) -> None:
    """No records, no phases, no verdicts."""
    found = judged(b"", whole=True)

    assert (found.records, found.phases, found.invariants) == (0, {}, ())


def test_a_crash_in_one_channel_is_unknown_for_the_phase(
    judged: Callable[..., JournalJudged], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that breaks on channel 8 says nothing about channel 7 either, and shows its traceback."""

    def judge(history: History) -> Iterator[Judgement]:
        yield Judgement(holds=history.channels != ("7",), subject="x", t=1.0)
        raise LookupError(history.channels[0])

    monkeypatch.setattr("scenarios.trial.every_invariant", lambda: (Invariant("I99", Gap.CORRELATION, "x", judge),))

    verdict = judged(two_channels().records()).invariants[0]

    assert verdict.verdict is Truth.UNKNOWN
    assert "LookupError: 7" in str(verdict.trace)


def test_witnesses_come_from_other_channels_too(judged: Callable[..., JournalJudged]) -> None:
    """A wide rule keeps no records, and its evidence is read from the file."""
    tale = two_channels()
    for n in range(25):
        tale.event(8.0 + n / 100, "connection.update", {"state": "open"}, took_s=3.0)

    verdict = by_id(judged(tale.records()).invariants)["I18"]

    assert verdict.verdict is Truth.FALSE
    assert verdict.worst is not None
    assert {line["kind"] for line in verdict.worst.witness} == {"attempt"}


def test_what_two_phases_show_together_has_its_evidence(judged: Callable[..., JournalJudged]) -> None:
    """Answers of one length in several phases: the replies of all phases are shown."""
    tale = OddTale()
    for phase, (start_s, qr_after_s) in enumerate([(10.0, 0.1), (30.0, 0.4), (50.0, 4.4), (70.0, 4.5)]):
        tale.add(start_s - 1, "phase.start", phase=f"p{phase}")
        tale.journey(start_s - 0.5, start_s + 9, channel="7")
        tale.click(start_s, "request_qr")
        tale.code(start_s + qr_after_s, f"qr-{phase}", start_s + qr_after_s)
        tale.reply(start_s + 1.0, "request_qr", took_s=1.0)
        tale.add(start_s + 10, "phase.end", phase=f"p{phase}")

    worst = by_id(judged(tale.records()).invariants)["I28"]

    assert worst.verdict is Truth.FALSE


def test_check_of_one_history_is_the_same_as_ever(tale: OddTale) -> None:
    """Small histories need no file."""
    tale.seen(1.0, "CONNECTED")

    rule = Invariant("I99", Gap.CORRELATION, "x", lambda _: iter(()))

    assert check(rule, tale.history(), phase="told").verdict is Truth.UNKNOWN
