"""Tests of what the find routes read from an archive."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fake_evolution.domain.archive import Archive, ChatRow, ContactRow, MessageRow, StatusRow
from fake_evolution.domain.messages import Message
from fake_evolution.domain.queries import find_chat, find_chats, find_contacts, find_messages, find_statuses

ANA, BIA = "5531977776666@s.whatsapp.net", "5531988885555@s.whatsapp.net"
BORN = "2026-01-02T03:04:05.678Z"
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def message_id(number: int) -> str:
    """An id as an iPhone makes them."""
    return f"3A{number:018}"


def message(number: int, jid: str = ANA, *, own: bool = False, second: int = 1_700_000_000) -> MessageRow:
    """A stored text."""
    key = {"remoteJid": jid, "fromMe": own, "id": message_id(number)}
    content = {"conversation": f"text {number}"}
    kept = Message(key, "Ana", "DELIVERY_ACK", content, "conversation", second + number, "id-1")
    return MessageRow(f"row{number}", kept)


@pytest.fixture
def archive() -> Archive:
    """Three messages of Ana, one to her, one of Bia, whom nobody knows."""
    kept = Archive()
    for row in (message(1), message(2), message(3), message(4, own=True), message(5, BIA)):
        kept.keep_message(row)
    kept.keep_contact(ContactRow("contact1", ANA, "Ana", None, BORN, BORN))
    kept.keep_chat(ChatRow("chat1", ANA, "Ana L", 2, BORN, BORN))
    kept.statuses.append(StatusRow("status1", "row4", message_id(4), ANA, from_me=True, status="READ"))
    return kept


def found(archive: Archive, body: dict[str, Any]) -> list[str]:
    """The row ids of the messages found."""
    return [row["id"] for row in find_messages(archive, body, instance_id="id-1")["messages"]["records"]]


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({}, ["row5", "row4", "row3", "row2", "row1"]),
        ({"key": {"remoteJid": BIA}}, ["row5"]),
        ({"key": {"fromMe": True}}, ["row4"]),
        ({"key": {"fromMe": False}}, ["row5", "row4", "row3", "row2", "row1"]),
        ({"key": {"id": message_id(2)}}, ["row2"]),
        ({"messageType": "imageMessage"}, []),
        ({"source": "ios", "id": "row1"}, ["row1"]),
        ({"messageTimestamp": {"gte": "2023-11-14T22:13:22Z", "lte": "2023-11-14T22:13:23Z"}}, ["row3", "row2"]),
        ({"messageTimestamp": {"gte": "2023-11-14T22:13:22Z"}}, ["row5", "row4", "row3", "row2", "row1"]),
        ({"messageTimestamp": {"gte": "soon", "lte": "later"}}, []),
    ],
)
def test_messages_are_filtered_as_the_server_does(archive: Archive, where: dict[str, Any], rows: list[str]) -> None:
    """A false `fromMe` and half a time span filter nothing."""
    assert found(archive, {"where": where}) == rows


def test_messages_come_in_pages(archive: Archive) -> None:
    """`offset` is the size of a page; the counts are of all that was found."""
    answer = find_messages(archive, {"offset": 2, "page": 2}, instance_id="id-1")["messages"]

    assert {key: answer[key] for key in ("total", "pages", "currentPage")} == {"total": 5, "pages": 3, "currentPage": 2}
    assert [row["id"] for row in answer["records"]] == ["row3", "row2"]


def test_message_shows_its_statuses(archive: Archive) -> None:
    """All that came for it, oldest first; findStatusMessage has the rows."""
    answer = find_messages(archive, {"where": {"key": {"id": message_id(4)}}}, instance_id="id-1")["messages"]

    assert answer["records"][0]["MessageUpdate"] == [{"status": "READ"}]
    assert [row["id"] for row in find_statuses(archive, {"where": {"id": message_id(4)}}, instance_id="id-1")] == [
        "status1"
    ]
    assert find_statuses(archive, {"where": {"remoteJid": BIA}}, instance_id="id-1") == []


def test_chats_are_of_jids_with_messages(archive: Archive) -> None:
    """One item a jid, newest first; name and window come from the chat, id and picture from the contact."""
    bia, ana = find_chats(archive, {}, instance_id="id-1", now=NOON)

    assert (bia["remoteJid"], bia["id"], bia["isSaved"], bia["windowActive"]) == (BIA, None, False, False)
    assert (ana["id"], ana["pushName"], ana["unreadCount"], ana["isSaved"]) == ("contact1", "Ana L", 2, True)
    assert (ana["windowStart"], ana["windowExpires"]) == (BORN, "2026-01-03T03:04:05.678Z")
    assert (ana["windowActive"], ana["lastMessage"]["id"]) == (True, "row4")


def test_chats_are_cut_and_chosen(archive: Archive) -> None:
    """`take` and `skip` cut the list; a number without @ is made an address."""
    cut = find_chats(archive, {"take": 1, "skip": 1}, instance_id="id-1", now=NOON)
    chosen = find_chats(archive, {"where": {"remoteJid": BIA}}, instance_id="id-1", now=NOON)

    assert [item["remoteJid"] for item in cut] == [ANA]
    assert [item["remoteJid"] for item in chosen] == [BIA]


def test_contacts_say_what_they_are(archive: Archive) -> None:
    """A nameless one without picture is a group member; push name and id filter nothing."""
    archive.keep_contact(ContactRow("contact2", BIA, None, None, BORN, BORN))
    archive.keep_contact(ContactRow("contact3", "120363@g.us", "Time", None, BORN, BORN))

    kinds = [row["type"] for row in find_contacts(archive, {"where": {"pushName": "Ana"}}, instance_id="id-1")]
    page = find_contacts(archive, {"offset": 2, "page": 2}, instance_id="id-1")

    assert kinds == ["contact", "group_member", "group"]
    assert [row["id"] for row in page] == ["contact3"]


def test_one_chat_is_its_row(archive: Archive) -> None:
    """The route findChatByRemoteJid gives the row, or null."""
    row = find_chat(archive, ANA, instance_id="id-1")

    assert row is not None
    assert (row["name"], row["labels"], row["unreadMessages"]) == ("Ana L", None, 2)
    assert find_chat(archive, BIA, instance_id="id-1") is None


def test_last_message_shows_little_of_its_media(archive: Archive) -> None:
    """Of an image only its caption is left."""
    image = {"caption": "olhe", "mediaKey": b"\x01"}
    key = {"remoteJid": BIA, "fromMe": False, "id": message_id(9)}
    shown = Message(key, "Bia", None, {"imageMessage": image}, "imageMessage", 1_800_000_000, "id-1")
    archive.keep_message(MessageRow("row9", shown))

    (item,) = find_chats(archive, {"where": {"remoteJid": BIA}}, instance_id="id-1", now=NOON)

    assert item["lastMessage"]["message"] == {"imageMessage": {"caption": "olhe"}}


def test_dropped_message_takes_its_statuses_along(archive: Archive) -> None:
    """What was deleted for everyone is not found any more."""
    dropped = archive.drop_message(message_id(4))

    assert dropped is not None
    assert (dropped.row_id, archive.statuses, archive.message(message_id(4))) == ("row4", [], None)
    assert archive.drop_message(message_id(4)) is None


def test_reading_up_to_a_second_counts(archive: Archive) -> None:
    """What came in until then is read, and the chat's count follows."""
    read = archive.mark_read(ANA, until=1_700_000_002)
    archive.count_unread(ANA, at="later")

    assert (read, archive.chats[ANA].unread, archive.chats[ANA].updated_at) == (2, 1, "later")
