"""What reports make of a message, whichever comes first."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from channel_backend.correspondence import Content, Early, action_of, first_content, improved, told_early
from channel_backend.messages import (
    Ack,
    AckReported,
    Change,
    MessageDeleted,
    MessageEdited,
    MessageReported,
    Party,
    merged_ack,
)
from channel_backend.talk import Message

SENT_AT = datetime(2026, 1, 1, tzinfo=UTC)
CAME = MessageReported("M1", Party("1@s.whatsapp.net", "1"), True, "oi", "chat", Ack.PENDING, SENT_AT)
CHANGES: tuple[Change, ...] = (AckReported("M1", Ack.READ), MessageEdited("M1", "olá"), MessageDeleted("M1"))


def content_of(order: tuple[Change, ...], early_count: int) -> Content:
    """The message after these changes, so many of which came before it."""
    early = None
    for change in order[:early_count]:
        early = told_early(early or Early(), change, merged_ack)
    came = first_content(CAME, early, merged_ack)
    message = Message(
        *(1, "M1", 1, 1, 1, came.body, "chat", True, None, came.ack),
        is_edited=came.is_edited,
        is_deleted=came.is_deleted,
        sent_at=SENT_AT,
    )
    for change in order[early_count:]:
        message = improved(message, change, merged_ack)
    return Content(message.body, message.ack, message.is_edited, message.is_deleted)


@pytest.mark.parametrize("early_count", range(4))
@pytest.mark.parametrize("order", list(permutations(CHANGES)))
def test_the_order_of_reports_does_not_matter(order: tuple[Change, ...], early_count: int) -> None:
    """Before or after the message, in any order: the same message in the end."""
    assert content_of(order, early_count) == Content("olá", Ack.READ, is_edited=True, is_deleted=True)


def test_nothing_early_is_the_message_as_it_came() -> None:
    """Without a report before it, what came counts."""
    assert first_content(CAME, None, merged_ack) == Content("oi", Ack.PENDING)


def test_what_is_told_early_keeps_the_furthest() -> None:
    """An acknowledgement that comes second and means less changes nothing."""
    read = told_early(Early(), AckReported("M1", Ack.READ), merged_ack)

    assert told_early(read, AckReported("M1", Ack.SERVER), merged_ack) == read


def test_changes_have_the_names_that_clients_know() -> None:
    """One word for each kind of change."""
    assert [action_of(change) for change in CHANGES] == ["ack", "edit", "delete"]
