"""The journal as a value."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fake_evolution import Record
from scenarios.history import History
from scenarios.judging import check, every_invariant
from scenarios.tests.tale import Tale

KINDS = ["event", "attempt", "qr", "state", "seen", "click", "reply", "scan", "answer", "plan", "nonsense"]
NAMES = ["instance", "channel", "code", "status", "via", "event", "event_id", "sent_s", "data", "phase", "t"]
scraps = st.one_of(
    st.none(), st.integers(-5, 50), st.sampled_from(["", "7", "qr", "open"]), st.just({"qrcode": {"code": "x"}})
)


def test_a_code_that_was_shown_tells_whose_instance_it_is(tale: Tale) -> None:
    """An instance of any name belongs to the channel that showed its QR."""
    tale.qr(1.0, "the-qr", instance="tenant-3-sales")
    tale.seen(1.1, "QRCODE", code="the-qr", channel="12")

    assert tale.history().channel_of == {"tenant-3-sales": "12"}


def test_an_instance_without_a_shown_code_is_found_by_name(tale: Tale) -> None:
    """Backends name instances by the channel's id or name."""
    tale.journey(0.0, 5.0, channel="12")
    tale.qr(1.0, "one", instance="12")
    tale.qr(1.0, "two", instance="name 12")
    tale.qr(1.0, "three", instance="somebody else")

    assert tale.history().channel_of == {"12": "12", "name 12": "12"}


def test_unknown_kinds_and_broken_records_are_left_out_and_counted(tale: Tale) -> None:
    """A history from another version is judged as far as it goes, and says so."""
    tale.add(1.0, "telepathy", what="?")
    tale.add(2.0, "scan", verdict="linked")
    tale.seen(3.0, "CONNECTED")

    history = tale.history()

    assert history.notes == (
        "left out: 1 records of kind 'scan' without the fields it must have",
        "left out: 1 records of unknown kind 'telepathy'",
    )
    assert len(history.sightings_of["7"]) == 1


rows = st.tuples(st.sampled_from(KINDS), st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, scraps)))


@settings(deadline=None, max_examples=60)
@given(st.lists(rows, max_size=12))
def test_whatever_stands_in_a_journal_is_judged_without_a_crash(
    scrap: list[tuple[str, dict[str, object]]],
) -> None:
    """Records of any shape are read or left out; no invariant stumbles over what is read."""
    records = [Record(seq, float(seq), "", kind, fields) for seq, (kind, fields) in enumerate(scrap, 1)]

    history = History(records)

    assert [check(rule, history, phase="p").trace for rule in every_invariant()] == [None] * len(every_invariant())
