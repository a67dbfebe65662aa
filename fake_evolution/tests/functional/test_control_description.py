"""Tests of the control API's description of itself, and of its client."""

import inspect
import re
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from fake_evolution import Client, ControlError
from fake_evolution.api.control import ENDPOINTS
from fake_evolution.tests.stage import Stage

FROM_OUTSIDE = ("/ui", "/ui/", "/ui/{file}")  # pages for people, which no client calls
ASKED = [
    ("GET", "/health", None),
    ("GET", "/instances", None),
    ("GET", "/instances/sales", None),
    ("GET", "/clock", None),
    ("POST", "/clock", {"advance_s": 1}),
    ("GET", "/faults", None),
    ("PUT", "/faults", [{"fault": "drop", "probability": 0.5}]),
    ("GET", "/world", None),
    ("PUT", "/world", {}),
    ("POST", "/whatsapp", {"no_picture": ["1"]}),
    ("GET", "/journal", None),
    ("GET", "/instances/sales/groups", None),
    ("GET", "/instances/sales/contacts", None),
    ("POST", "/instances/sales/messages", {"text": "Oi"}),
    ("POST", "/instances/sales/presence", {"presence": "composing"}),
    ("POST", "/instances/sales/calls", {}),
    ("POST", "/instances/sales/history", {"chats": 1}),
    ("POST", "/instances/sales/contacts", {"name": "Ana"}),
    ("POST", "/instances/sales/chats", {}),
    ("POST", "/instances/sales/labels", {"name": "Novo"}),
    ("POST", "/instances/sales/labels/1/chats", {}),
    ("POST", "/instances/sales/groups", {"subject": "Obra"}),
    ("POST", "/instances/sales/emit", {"event": "call", "data": {}}),
    ("POST", "/instances/sales/whatsapp", {"event": "call", "data": []}),
    ("POST", "/scan", {"code": "2@nobody"}),
    ("POST", "/instances/sales/phone", {"action": "lose-connection", "for_s": 5}),
    ("POST", "/restart", {"down_s": 0}),
    ("POST", "/reset", {"seed": 3}),
    ("GET", "/instances/nobody", None),
    ("POST", "/clock", {"rate": -1}),
    ("GET", "/openapi.json", None),
]


def described(document: Any, method: str, path: str, status: int) -> Any:
    """The schema that the document promises for an answer."""
    known = next(one for one in document["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path))
    answers = document["paths"][known][method.lower()]["responses"]
    (media,) = answers[str(status)]["content"].values()
    return {**media["schema"], "components": document["components"]}


async def test_description_is_an_openapi_document(stage: Stage) -> None:
    """The document is valid, and tells every call with a sentence; no two have the same id."""
    document = await stage.control.openapi()

    OpenAPIV31SpecValidator(document).validate()
    told = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert len(told) == len({operation["operationId"] for operation in told}) == len(ENDPOINTS)
    assert [one["operationId"] for one in told if len(one["summary"]) < 10 or not one["description"]] == []


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked[0]} {asked[1]}")
async def test_answers_are_as_described(stage: Stage, asked: tuple[str, str, Any]) -> None:
    """Whatever the control API answers has a status and a shape that its description promises."""
    method, path, body = asked
    await stage.open("sales")
    document = await stage.control.openapi()
    url = stage.fake.control_url + path

    async with stage.session.request(method, url, json=body) as answer:
        found = await answer.json()

    schema = described(document, method, path, answer.status)
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(found)] == []


def test_client_has_a_method_for_every_call() -> None:
    """Each call of the control API is made by the client."""
    source = inspect.getsource(Client)
    made = re.sub(r"{_quoted\((\w+)\)}", "{}", source).replace("/instances/{}/", "…/")

    missing = []
    for call in ENDPOINTS:
        tail = re.sub(r"{\w+}", "{}", call.path).replace("/instances/{}/", "")
        if call.path not in FROM_OUTSIDE and f'{tail}"' not in made and f'"{tail}' not in made:
            missing.append(f"{call.method} {call.path}")

    assert missing == []


async def test_client_makes_whatsapp_refuse_messages(stage: Stage) -> None:
    """Every message is refused with that text until it is taken back; other behaviour stays."""
    refusing = await stage.control.change_whatsapp(fail_send="rate-overlimit", no_picture=["777"])
    taking = await stage.control.change_whatsapp(fail_send=None)

    assert (refusing["fail_send"], refusing["no_picture"]) == ("rate-overlimit", ["777"])
    assert (taking["fail_send"], taking["no_picture"]) == (None, ["777"])


async def test_client_shows_the_qr_image(stage: Stage) -> None:
    """The image is a PNG while there is a code to scan; then the refusal says since when there is none."""
    await stage.create("sales", qrcode=True)

    image = await stage.control.qr_image("sales")
    await stage.control.scan(instance="sales")

    assert image.startswith(b"\x89PNG")
    with pytest.raises(ControlError, match="shows no QR code while it is 'paired'; legal while: qr") as refusal:
        await stage.control.qr_image("sales")
    assert (refusal.value.status, refusal.value.kind) == (409, "not-now")


async def test_client_says_when_nobody_is_there(stage: Stage) -> None:
    """No fake, and something that is no fake, are told in one sentence with the address."""
    async with Client("http://127.0.0.1:9/__fake__") as nobody, Client(stage.fake.url) as wrong:
        with pytest.raises(ControlError, match=r"^no fake answers at http://127.0.0.1:9/__fake__: ") as unreachable:
            await nobody.health()
        with pytest.raises(ControlError) as foreign:
            await wrong.health()

    assert (unreachable.value.status, unreachable.value.kind) == (0, "unreachable")
    assert foreign.value.status == 404
