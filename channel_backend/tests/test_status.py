"""The status contract."""

import pytest

from channel_backend.status import (
    FROM_EVOLUTION,
    MEANINGS,
    TRANSITIONS,
    ChannelStatus,
    from_evolution,
    moved,
    published,
)


def test_the_five_words_are_the_contract() -> None:
    """A client meets these words and no others."""
    assert [status.value for status in ChannelStatus] == [
        "DISCONNECTED",
        "CONNECTING",
        "QRCODE",
        "CONNECTED",
        "ERROR",
    ]


def test_every_status_has_a_meaning_and_a_way_out() -> None:
    """No status is without words, and none is a dead end."""
    assert set(MEANINGS) == set(TRANSITIONS) == set(ChannelStatus)
    assert all(TRANSITIONS.values())


@pytest.mark.parametrize("word", ["", "OPEN", "paused", "open ", "qrcode", "null"])
def test_an_unknown_word_is_error(word: str) -> None:
    """What Evolution was never seen to say becomes ERROR, not a guess and not nothing."""
    assert word not in FROM_EVOLUTION
    assert from_evolution(word) is ChannelStatus.ERROR


@pytest.mark.parametrize(
    ("word", "status"),
    [("open", "CONNECTED"), ("close", "DISCONNECTED"), ("connecting", "CONNECTING"), ("refused", "ERROR")],
)
def test_evolution_words_are_translated(word: str, status: str) -> None:
    """Each of Evolution's words has one canonical status."""
    assert from_evolution(word) == status


def test_a_move_outside_the_table_is_refused_with_what_is_legal() -> None:
    """A disconnected channel cannot show a QR code without a start."""
    with pytest.raises(ValueError, match="from DISCONNECTED to QRCODE; legal from DISCONNECTED: CONNECTED, CONNECTING"):
        moved(ChannelStatus.DISCONNECTED, ChannelStatus.QRCODE)


@pytest.mark.parametrize("status", ChannelStatus)
def test_staying_is_legal(status: ChannelStatus) -> None:
    """Saying the same again moves nothing and breaks nothing."""
    assert moved(status, status) is status


def test_the_published_contract_holds_the_whole_table() -> None:
    """Clients get the same transitions as the code."""
    transitions = published()["transitions"]

    assert transitions == {old.value: sorted(new.value for new in news) for old, news in TRANSITIONS.items()}
