"""Tests of what keeps a fake cheap: nothing is drawn, kept or written twice that nobody needs."""

import gc
import json
import weakref
from pathlib import Path

import pytest

from fake_evolution import Answer, Journal, MonotonicClock, Outcome, Record, Webhook
from fake_evolution import qr as qr_room
from fake_evolution.delivery.exchange import Exchange
from fake_evolution.qr import QrImage, qr_data_url


def test_image_is_drawn_when_it_is_looked_at_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever only passes an image on pays nothing for it."""
    drawn: list[str] = []

    def draw(code: str, *, color: str) -> str:
        drawn.append(f"{code} {color}")
        return "data:"

    monkeypatch.setattr(qr_room, "qr_data_url", draw)

    image = QrImage("2@x", color="#000000")
    before = list(drawn)
    texts = (str(image), str(image))

    assert (before, texts, drawn) == ([], ("data:", "data:"), ["2@x #000000"])


def test_image_that_is_drawn_late_is_the_same() -> None:
    """Late or not, it is the code's image in the given color."""
    assert str(QrImage("2@x", color="#123456")) == qr_data_url("2@x", color="#123456")


def test_only_the_newest_images_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What so many others were drawn after is drawn again when somebody looks at it."""
    drawn: list[str] = []

    def draw(code: str, *, color: str) -> str:
        drawn.append(code)
        return color

    monkeypatch.setattr(qr_room, "qr_data_url", draw)

    codes = [f"2@{number}" for number in range(qr_room._IMAGES_KEPT_MAX + 1)]
    for code in (*codes, codes[0], codes[-1]):
        str(QrImage(code, color="#abcdef"))

    assert drawn == [*codes, codes[0]]


async def test_lines_that_wait_leave_in_one_turn_and_in_order(tmp_path: Path) -> None:
    """They are in the file with the next line that does not wait, before it."""
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, clock=MonotonicClock(rate=0))

    journal.note("event", {"order": 1}, waits=True)
    journal.note("plan", {"order": 2}, waits=True)
    waiting = path.read_bytes()
    journal.write("answer", order=3)
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    journal.close()

    assert waiting == b""
    assert [(line["seq"], line["kind"], line["order"]) for line in lines] == [
        (1, "event", 1),
        (2, "plan", 2),
        (3, "answer", 3),
    ]


def test_no_line_waits_where_no_loop_turns(tmp_path: Path) -> None:
    """Without an event loop there is nobody to write it later."""
    with Journal(tmp_path / "journal.jsonl", clock=MonotonicClock(rate=0)) as journal:
        journal.note("event", {"order": 1}, waits=True)
        found = (tmp_path / "journal.jsonl").read_bytes()

    assert found.endswith(b'"kind":"event","order":1}\n')


def test_memory_is_bounded_by_octets_too() -> None:
    """However long lines are, no more of them stay than fit."""
    journal = Journal(clock=MonotonicClock(rate=0), octets_kept_max=5_000)

    for number in range(10):
        journal.write("event", number=number, text="x" * 2_000)

    assert [record["number"] for record in journal.after(0)] == [8, 9]


def test_listener_of_a_kind_hears_no_other() -> None:
    """Records are made for those who want them alone."""
    journal = Journal(clock=MonotonicClock(rate=0))
    heard: list[Record] = []
    stop = journal.listen(heard.append, "qr", "state")

    for kind in ("qr", "event", "state"):
        journal.write(kind)
    stop()
    journal.write("qr")

    assert [record.kind for record in heard] == ["qr", "state"]


def test_nothing_of_an_attempt_outlives_its_end() -> None:
    """Whoever is called with the answer is let go without a collection of garbage."""

    class Way:
        exchange: Exchange | None = None

        def ended(self, answer: Answer) -> None:
            self.answer = answer
            self.exchange = None

    gc.disable()
    try:
        way = Way()
        way.exchange = Exchange(Webhook("http://a.test", {}, b"x"), b"", 1.0, way.ended)
        way.exchange.answer(Outcome.OK, 200)
        seen = weakref.ref(way)
        del way

        assert seen() is None
    finally:
        gc.enable()
