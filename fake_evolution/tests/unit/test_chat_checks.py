"""Tests of what bodies of /chat and /group are checked for, and of the groups behind them."""

from typing import Any

import pytest

from fake_evolution.api.bodies import chat, group, small
from fake_evolution.api.schema import Problem, Schema, located_problems, problems
from fake_evolution.domain.groups import Group
from fake_evolution.errors import ApiError
from fake_evolution.finding import sound


@pytest.mark.parametrize(
    ("schema", "body", "texts"),
    [
        (
            chat.FIND_CONTACTS,
            {"where": {"id": ""}},
            ["where.id does not meet minimum length of 1", 'The "id" cannot be empty'],
        ),
        (chat.FIND_MESSAGES, {"where": {"key": {"id": ""}}}, ["The property cannot be empty"]),
        (chat.FIND_MESSAGES, {"where": {"key": {"id": "", "other": 1}}}, []),
        (
            chat.FIND_MESSAGES,
            {"where": {"key": {"fromMe": 1}}},
            ["where.key.fromMe is not of a type(s) boolean", "where.key.fromMe is not one of enum values: true,false"],
        ),
        (small.OFFER_CALL, {"number": "1", "callDuration": 0}, ["callDuration must be greater than or equal to 1"]),
    ],
)
def test_conditions_bounds_and_switches(schema: Schema, body: Any, texts: list[str]) -> None:
    """Conditional rules come last, and only where a body has no other names than theirs."""
    assert problems(body, schema) == texts


def test_problems_know_their_place() -> None:
    """A missing part is about the whole body, a bad item about the item."""
    body = {"groupJid": "1@g.us", "participants": ["5511988880002", "1"]}

    found = located_problems(body, group.UPDATE_PARTICIPANT)

    item = Problem("participants[1]", '"participants" must be an array of numeric strings')
    assert found == [item, Problem("instance", 'instance requires property "action"')]


@pytest.mark.parametrize("body", [{"offset": "2"}, {"take": 1.5}, {"page": True}, {"where": {"remoteJid": 5}}])
def test_what_breaks_the_real_servers_code_is_a_500(body: dict[str, Any]) -> None:
    """Counts that are no whole numbers and an address that is no text pass the schema, and fail behind it."""
    with pytest.raises(ApiError) as refused:
        sound(body)

    assert refused.value.status == 500


def test_what_the_server_overlooks_is_left_out() -> None:
    """A filter of a wrong type is no filter; whole numbers may be written as floats."""
    assert sound({"where": 5, "offset": 2.0}) == {"where": {}, "offset": 2}
    assert sound({"where": {"messageTimestamp": "x", "key": 1}})["where"] == {"messageTimestamp": None, "key": {}}


def test_metadata_make_the_group_they_describe() -> None:
    """A group made of metadata tells them again."""
    founded = Group.founded("120363000000000001@g.us", "Equipe", "1@s.whatsapp.net", at_s=5, invite_code="c")
    founded.change_people("add", ["2@s.whatsapp.net"])
    founded.change_people("promote", ["2@s.whatsapp.net", "nobody@s.whatsapp.net"])
    founded.describe("sobre", "D1")

    again = Group.of_metadata(founded.metadata(), invite_code="c")

    assert again == founded
    assert founded.people()[1] == {"id": "2@s.whatsapp.net", "admin": "admin"}
