"""Tests of the journal."""

from pathlib import Path

import pytest

from fake_evolution import Journal, JournalError, MonotonicClock, Record, read_journal


@pytest.fixture
def clock() -> MonotonicClock:
    """A standing clock at second 1.5."""
    standing = MonotonicClock(rate=0)
    standing.advance(1.5)
    return standing


def test_what_is_written_is_read_again(tmp_path: Path, clock: MonotonicClock) -> None:
    """Records come back as they were returned, with their number, time and fields."""
    with Journal(tmp_path / "deep" / "journal.jsonl", clock=clock) as journal:
        first = journal.write("call", path="/", body={"a": [1, "é"]})
        clock.advance(0.25)
        second = journal.write("answer", status=200)

    wall = (first.wall, second.wall)
    assert first == Record(1, 1.5, wall[0], "call", {"path": "/", "body": {"a": [1, "é"]}})
    assert second == Record(2, 1.75, wall[1], "answer", {"status": 200})
    assert read_journal(tmp_path / "deep" / "journal.jsonl") == [first, second]


def test_line_is_in_the_file_when_write_returns(tmp_path: Path, clock: MonotonicClock) -> None:
    """A killed process loses nothing that was written: every line is flushed."""
    path = tmp_path / "journal.jsonl"
    with Journal(path, clock=clock) as journal:
        sizes = [path.stat().st_size]
        journal.write("one")
        sizes.append(path.stat().st_size)
        journal.write("two")
        sizes.append(path.stat().st_size)

    assert sizes[0] == 0 < sizes[1] < sizes[2]


@pytest.mark.parametrize("cut", [1, 5, 20, 40])
def test_cut_tail_is_dropped(tmp_path: Path, clock: MonotonicClock, cut: int) -> None:
    """A last line that a kill cut off does not hide the others."""
    path = tmp_path / "journal.jsonl"
    with Journal(path, clock=clock) as journal:
        kept = [journal.write("one"), journal.write("two")]
        journal.write("three", text="é" * 20)
    whole = path.read_bytes()

    path.write_bytes(whole[: -1 - cut])

    assert read_journal(path) == kept


def test_journal_goes_on_behind_a_cut_tail(tmp_path: Path, clock: MonotonicClock) -> None:
    """Opened again after a kill, the file loses the cut line and takes the next records."""
    path = tmp_path / "journal.jsonl"
    with Journal(path, clock=clock) as journal:
        first = journal.write("one")
        journal.write("two")
    path.write_bytes(path.read_bytes()[:-4])

    with Journal(path, clock=clock, first_seq=2) as journal:
        second = journal.write("two again")

    assert read_journal(path) == [first, second]


@pytest.mark.parametrize("line", ["not json", "5", "[]", '{"seq": 1}', "null"])
def test_bad_line_in_the_middle_is_an_error(tmp_path: Path, line: str) -> None:
    """What is no record is told with file and line."""
    path = tmp_path / "journal.jsonl"
    good = '{"seq":1,"t":0,"wall":"","kind":"x"}\n'
    path.write_text(f"{good}{line}\n{good}", encoding="utf-8")

    with pytest.raises(JournalError, match=r"journal\.jsonl:2 is no journal record"):
        read_journal(path)


def test_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """A journal that is not there, or a folder in its place, is named."""
    with pytest.raises(JournalError, match=r"^journal .*nowhere cannot be read: No such file or directory$"):
        read_journal(tmp_path / "nowhere")
    with pytest.raises(JournalError, match=r"^journal .* cannot be written: Is a directory$"):
        Journal(tmp_path, clock=MonotonicClock())


def test_own_keys_may_not_be_set(clock: MonotonicClock) -> None:
    """A field that would replace number or time is refused, and nothing is written."""
    journal = Journal(clock=clock)

    with pytest.raises(JournalError, match="record 'x' may not set seq, t: the journal does"):
        journal.write("x", seq=5, t=0)

    assert journal.last_seq == 0


def test_records_after_a_number_and_of_a_kind(clock: MonotonicClock) -> None:
    """The kept records are asked for by number and kind, oldest first."""
    journal = Journal(clock=clock)
    for kind in ("a", "b", "a", "b"):
        journal.write(kind)

    assert [record.seq for record in journal.after(1)] == [2, 3, 4]
    assert [record.seq for record in journal.after(0, kind="b")] == [2, 4]


def test_memory_is_bounded(clock: MonotonicClock) -> None:
    """Only the newest records stay in memory; the numbers go on."""
    journal = Journal(clock=clock, records_kept_max=3)
    for _ in range(5):
        journal.write("x")

    assert [record.seq for record in journal.after(0)] == [3, 4, 5]


def test_listeners_hear_until_they_stop(clock: MonotonicClock) -> None:
    """A listener gets every record from its first to its last moment."""
    journal = Journal(clock=clock)
    heard: list[Record] = []
    journal.write("before")

    stop = journal.listen(heard.append)
    during = journal.write("during")
    stop()
    journal.write("after")

    assert heard == [during]


def test_record_gives_its_fields(clock: MonotonicClock) -> None:
    """Fields are read by name; a missing one is a KeyError or the default."""
    record = Journal(clock=clock).write("x", status=200)

    assert (record["status"], record.get("status"), record.get("body", "none")) == (200, 200, "none")
    with pytest.raises(KeyError):
        record["body"]
