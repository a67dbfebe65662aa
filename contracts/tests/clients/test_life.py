"""Foreign clients live a whole life on the fake: create, connect, scan, send, find, log out, delete."""

import pytest

from contracts.calls import judged_calls
from contracts.loader import violations
from contracts.tests.clients.life import JID, NAME, TEXT, Lived

pytestmark = pytest.mark.stack


def test_create_gives_an_instance_and_its_token(lived: Lived) -> None:
    """A client that makes an instance is told its name, its channel and its token."""
    created = lived.life.created

    assert created["instance"]["instanceName"] == NAME
    assert created["instance"]["integration"] == "WHATSAPP-BAILEYS"
    assert len(created["hash"]) == 36


def test_the_code_that_the_client_shows_links_its_instance(lived: Lived) -> None:
    """The phone that scans what connect returned is linked to that very instance, and the client sees it."""
    life = lived.life

    assert life.shown["base64"].startswith("data:image/png;base64,")
    assert (life.scan["verdict"], life.scan["instance"]) == ("linked", NAME)
    assert (life.state_shown, life.state_linked) == ("connecting", "open")


def test_a_text_that_was_sent_is_found(lived: Lived) -> None:
    """The message that sendText returned is the one that findMessages returns, with its text."""
    sent, found = lived.life.sent, lived.life.found["messages"]

    assert (sent["key"]["remoteJid"], sent["key"]["fromMe"]) == (JID, True)
    assert sent["message"]["conversation"] == TEXT
    assert (found["total"], found["records"][0]["key"]["id"]) == (1, sent["key"]["id"])
    assert found["records"][0]["message"]["conversation"] == TEXT


def test_logout_and_delete_leave_nothing(lived: Lived) -> None:
    """After logout the client sees the connection closed; after delete it sees no instance."""
    life = lived.life

    assert life.logged_out["response"]["message"] == "Instance logged out"
    assert life.state_logged_out == "close"
    assert life.deleted["response"]["message"] == "Instance deleted"
    assert life.names == []


def test_what_the_client_returned_is_what_the_contract_promises(lived: Lived) -> None:
    """Every answer reaches the caller of the client in the shape of the contract."""
    life = lived.life
    answers = {
        "instance.create": life.created,
        "instance.connect": life.shown,
        "message.sendText": life.sent,
        "chat.findMessages": life.found,
        "instance.logout": life.logged_out,
        "instance.delete": life.deleted,
    }

    found = {name: violations(f"answers/{name}", answer) for name, answer in answers.items()}
    assert found == dict.fromkeys(answers, ())


def test_what_the_client_asked_is_what_evolution_has(lived: Lived) -> None:
    """The clients were written for the real server: each of their calls is one of the contract, none was refused."""
    judged = judged_calls(lived.journal)

    assert (judged.invalid, judged.refused) == ((), ())
    assert judged.routes >= 7
