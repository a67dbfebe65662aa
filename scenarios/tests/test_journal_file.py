"""A journal on disk, by place and by number."""

from pathlib import Path

import pytest

from fake_evolution import JournalError
from scenarios.journal_file import JournalFile

KINDS = ("click", "seen")
LINES = [f'{{"seq":{n},"t":{n},"wall":"","kind":"{KINDS[n % 2]}","n":{n}}}\n'.encode() for n in range(2, 60, 3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal whose numbers have holes."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(LINES))
    return path


def test_records_are_found_by_their_numbers(path: Path) -> None:
    """All that there are, in order; numbers without a record bring none."""
    with JournalFile(path) as journal:
        found = {seq: [record["n"] for record in journal.with_seqs([seq])] for seq in range(62)}

    assert found == {seq: [seq] if seq in range(2, 60, 3) else [] for seq in range(62)}


def test_records_are_found_by_their_places(path: Path) -> None:
    """Where a record was read it is read again."""
    with JournalFile(path) as journal:
        places = [place for place, _ in journal.records()]
        journal.forget()

        assert [record["n"] for record in journal.at(places[3:6])] == [11, 14, 17]


def test_only_the_wanted_kinds_are_read(path: Path) -> None:
    """Between two places; without kinds, all."""
    with JournalFile(path) as journal:
        end = len(b"".join(LINES[:4]))

        assert [record["n"] for record in journal.of_kinds(frozenset({"seen"}), 0, end)] == [5, 11]
        assert len(list(journal.of_kinds(frozenset(), 0, end))) == 4


@pytest.mark.parametrize("line", [b"[]", b"{}", b'{"seq":"x","t":1,"kind":"k"}', b"\xff", b'{"seq":1}'])
def test_a_line_that_is_no_record_is_counted(path: Path, line: bytes) -> None:
    """The others are read, before and after it."""
    path.write_bytes(LINES[0] + line + b"\n\n" + LINES[1])

    with JournalFile(path) as journal:
        assert [record["n"] for _, record in journal.records()] == [2, 5]
        assert (journal.unreadable, journal.cut) == (1, False)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Which file, and why not."""
    with pytest.raises(JournalError, match=r"nowhere\.jsonl cannot be read: No such file"):
        JournalFile(tmp_path / "nowhere.jsonl")
