"""The channel model: one table, whole and readable."""

from pathlib import Path

import pytest

from scenarios.model import (
    CAUSE_OF_CLICK,
    CAUSE_OF_STATE,
    MODEL,
    NEVER_MOVES,
    SHOWS_A_QR,
    Cause,
    Shown,
    allowed,
    cause_of_state,
    markdown_table,
    reachable,
)
from scenarios.status import ChannelStatus

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = 'markdown_table())" -->', "<!-- /model -->"


def test_every_cell_says_something() -> None:
    """Whatever a channel shows and whatever happens to it, something may be shown afterwards."""
    assert [(shown, cause) for shown, row in MODEL.items() for cause in Cause if not row[cause]] == []
    assert set(MODEL) == set(Shown)


def test_it_knows_the_canonical_words_and_nothing_else() -> None:
    """A channel shows one of the five statuses, or is gone."""
    assert {shown.value for shown in Shown} == {*ChannelStatus, "gone"}


@pytest.mark.parametrize("cause", sorted(NEVER_MOVES))
def test_what_is_stale_or_forged_never_moves_a_channel(cause: Cause) -> None:
    """Not from any status."""
    assert {shown: row[cause] for shown, row in MODEL.items()} == {shown: {shown} for shown in Shown}


@pytest.mark.parametrize(
    ("before", "cause", "after"),
    [
        ("CONNECTED", Cause.SILENCE, {Shown.CONNECTED}),
        ("QRCODE", Cause.OPEN, {Shown.CONNECTED}),
        ("DISCONNECTED", Cause.QR, {Shown.DISCONNECTED}),
        ("CONNECTED", Cause.DELETE, {Shown.GONE}),
        ("gone", Cause.OPEN, {Shown.GONE}),
    ],
)
def test_cells_that_decide(before: str, cause: Cause, after: set[Shown]) -> None:
    """Time takes no connection away; `open` connects; nobody asked for that QR; what is deleted stays deleted."""
    assert allowed(before, cause) == after


def test_an_unknown_status_may_become_whatever_the_cause_can_bring() -> None:
    """A backend with words of its own is judged by I21 for them, and by the others as far as it goes."""
    assert allowed("connected", Cause.OPEN) == {Shown.CONNECTED, Shown.DISCONNECTED, Shown.GONE}


def test_several_causes_reach_what_none_of_them_does_alone() -> None:
    """From DISCONNECTED to CONNECTED it takes a start, or the news that it is open."""
    assert Shown.CONNECTED not in reachable("DISCONNECTED", {Cause.QR, Cause.SILENCE})
    assert Shown.CONNECTED in reachable("DISCONNECTED", {Cause.START, Cause.OPEN})
    assert reachable("CONNECTED", set()) == {Shown.CONNECTED}


def test_words_of_evolution_and_clicks_have_their_columns() -> None:
    """Every click of a person and every state of the server is a cause; other words are strange."""
    assert set(CAUSE_OF_CLICK) == {"create", "start", "request_qr", "disconnect", "delete"}
    assert set(CAUSE_OF_STATE) == {"open", "close", "connecting", "refused"}
    assert cause_of_state("half-open") is cause_of_state(None) is Cause.STRANGE
    assert set(SHOWS_A_QR) == {Shown.QRCODE}


def test_the_readme_shows_the_table_as_it_is() -> None:
    """Whoever changes the table changes the documentation: the comment above it says how."""
    text = README.read_text(encoding="utf-8")

    shown = text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip()

    assert shown == markdown_table()
