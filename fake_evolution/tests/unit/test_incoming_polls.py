"""Tests of counting votes."""

from hashlib import sha256
from typing import Any

from fake_evolution.domain.polls import counted_votes

POLL = {"pollCreationMessageV3": {"name": "Vai?", "options": [{"optionName": "Sim"}, {"optionName": "Não"}]}}


def vote(option: str, **key: Any) -> dict[str, Any]:
    """One vote for an option."""
    return {"pollUpdateMessageKey": key, "vote": {"selectedOptions": [sha256(option.encode()).digest()]}}


def test_votes_are_counted_by_the_hashes_of_options() -> None:
    """Voters stand under the option they chose, in the poll's order; own votes under the own address."""
    votes = [vote("Não", participant="5531@s.whatsapp.net"), vote("Não", fromMe=True)]

    counted = counted_votes(POLL, votes, own_jid="me@s.whatsapp.net")

    assert counted == [
        {"name": "Sim", "voters": []},
        {"name": "Não", "voters": ["5531@s.whatsapp.net", "me@s.whatsapp.net"]},
    ]


def test_vote_for_an_option_that_is_not_there_is_unknown() -> None:
    """A hash that fits no option is shown, without a name; an empty vote counts for nothing."""
    votes = [vote("Talvez", remoteJid="5531@s.whatsapp.net"), {"pollUpdateMessageKey": {}}]

    counted = counted_votes({}, votes, own_jid="me")

    assert counted == [{"name": "Unknown", "voters": ["5531@s.whatsapp.net"]}]
