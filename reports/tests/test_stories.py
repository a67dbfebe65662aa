"""Tests of which journeys are told, and with which records."""

from fake_evolution import Record
from reports.lanes import lanes_of
from reports.stories import STORIES_MAX, choose
from reports.tests.sample_runs import SampleRun, Tale, cut_off, good, live, no_qr, refused, wrong_status


def told(*tales: Tale) -> tuple[list[dict[str, object]], list[Record]]:
    """Samples and records of a load with these journeys."""
    run = SampleRun(3)
    live(run, list(tales))
    lines = sorted(run.lines, key=lambda line: line["t"])
    own = ("seq", "t", "wall", "kind")
    records = [
        Record(seq, line["t"], "", line["kind"], {name: value for name, value in line.items() if name not in own})
        for seq, line in enumerate(lines, 1)
    ]
    return run.samples, records


def labels(records: list[Record], samples: list[dict[str, object]], lane: str) -> list[str]:
    """What stands in a lane of the first failed journey."""
    story = choose(samples, records).failed[0]
    return [mark.label for found in lanes_of(story) if found.name == lane for mark in found.marks]


def test_failures_come_first_and_are_counted() -> None:
    """A bounded number of failed journeys is told; how many there are is known all the same."""
    samples, records = told(*[no_qr] * (STORIES_MAX + 5), good)

    chosen = choose(samples, records)

    assert (len(chosen.failed), chosen.failed_count) == (STORIES_MAX, STORIES_MAX + 5)
    assert chosen.good is not None
    assert chosen.good.good


def test_what_was_cut_off_comes_last() -> None:
    """A journey that the harness ended is less interesting than one that the backend failed."""
    samples, records = told(cut_off, good, no_qr)

    chosen = choose(samples, records)

    assert [story.outcome for story in chosen.failed] == ["no_qr", "error"]
    assert (chosen.failed_count, chosen.not_counted) == (2, 1)


def test_the_good_one_is_the_median() -> None:
    """For comparison stands the most ordinary journey, not the fastest."""
    samples, records = told(good, good, good, good, good)
    ordered = sorted(samples, key=lambda sample: float(str(sample["qr_s"])))

    found = choose(samples, records).good

    assert found is not None
    assert found.journey == ordered[2]["journey"]


def test_a_shown_code_leads_to_the_instance() -> None:
    """The webhooks of a journey are found through the QR that its person saw, whatever the instance is called."""
    samples, records = told(wrong_status)
    renamed = [
        Record(one.seq, one.t, "", one.kind, one.fields | ({"instance": "zap"} if "instance" in one.fields else {}))
        for one in records
    ]

    assert "qrcode.updated" in labels(renamed, samples, "Webhooks")
    assert labels(renamed, samples, "Phone") == ["linked"]


def test_without_a_code_the_name_leads_to_the_instance() -> None:
    """A QR that was never shown is the very case in which the fake's side of the story matters."""
    samples, records = told(no_qr)

    assert labels(records, samples, "Webhooks") == ["connection.update connecting", "qrcode.updated"]
    assert labels(records, samples, "Faults") == ["lose-some"]
    assert labels(records, samples, "QR on screen") == []


def test_another_persons_records_stay_theirs() -> None:
    """What happened to other channels is in no lane of this one."""
    samples, records = told(no_qr, good, good)

    story = choose(samples, records).failed[0]

    assert {one.get("instance", story.channel) for one in story.records} == {story.channel}


def test_the_channel_shows_one_status_after_the_other() -> None:
    """A status lasts until the next one, and one that is not canonical stands out."""
    samples, records = told(wrong_status)
    story = choose(samples, records).failed[0]

    shown = next(lane for lane in lanes_of(story) if lane.name == "Channel shows").marks

    assert [mark.tone for mark in shown] == ["wait", "info", "odd"]
    assert [mark.until_s for mark in shown] == [shown[1].at_s, shown[2].at_s, story.end_s]


def test_a_refused_click_is_seen_in_its_lane() -> None:
    """An answer with an error status is a bad bar that says so."""
    samples, records = told(refused)
    story = choose(samples, records).failed[0]

    clicks = next(lane for lane in lanes_of(story) if lane.name == "Person clicks").marks

    assert [(mark.label, mark.tone) for mark in clicks] == [("create", "good"), ("start", "bad")]
    assert "answered 404" in clicks[1].title


def test_marks_at_the_same_time_take_different_rows() -> None:
    """Nothing is drawn over something else."""
    samples, records = told(good)
    story = choose(samples, records).good
    assert story is not None

    for lane in lanes_of(story):
        ends: dict[int, float] = {}
        for mark in lane.marks:
            begins_s = mark.at_s if mark.wait_s is None else mark.wait_s
            assert begins_s >= ends.get(mark.row, 0.0) - 1e-6
            ends[mark.row] = mark.until_s or mark.at_s
