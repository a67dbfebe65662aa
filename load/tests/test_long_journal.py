"""Journals of any length, made from one recorded life."""

from pathlib import Path

import pytest

from fake_evolution import read_journal
from load.bench.long_journal import main, rows


def test_it_has_as_many_records_as_asked_for_in_the_order_of_time(tmp_path: Path) -> None:
    """Whole lives only, so a few more; numbered from one, no time goes back."""
    path = tmp_path / "long.jsonl"

    assert main([str(path), "--records", "1000"]) == 0

    records = read_journal(path)
    assert 1000 <= len(records) < 1100
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert [record.t for record in records] == sorted(record.t for record in records)


def test_every_life_is_its_own() -> None:
    """Channels, journeys, instances and codes of one life are in no other, and no mark is left."""
    told = list(rows(700))

    lives = {row["journey"] for row in told if row["kind"] == "journey.start"}
    codes = {row["code"] for row in told if row["kind"] == "qr"}
    channels = {row["channel"] for row in told if row["kind"] == "journey.end"}
    assert len(lives) == len(codes) == len(channels) >= 10
    assert "@" not in "".join(str(row).replace("@s.whatsapp.net", "").replace("2@", "") for row in told)


@pytest.mark.parametrize("arguments", [["{path}", "--records", "0"], ["{path}/no/such/place"]])
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """No records, or nowhere to write them."""
    given = [one.format(path=tmp_path / "x.jsonl") for one in arguments]

    assert main(given) == 4
    assert capsys.readouterr().err.count("\n") == 1
