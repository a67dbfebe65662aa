"""Tests of the schema check: the real server's very words."""

import pytest

from fake_evolution.api.bodies.instance import CREATE
from fake_evolution.api.bodies.message import SCHEMAS
from fake_evolution.api.bodies.webhook import WEBHOOK_SET
from fake_evolution.api.schema import Schema, problems
from fake_evolution.domain.events import CONFIGURATION_NAMES

SEND_TEXT = SCHEMAS["sendText"]
ENUM = ",".join(CONFIGURATION_NAMES)
NAMED = {"instanceName": "a"}
SENT = {"number": "5531988887777", "text": "Oi"}


def hook(**fields: object) -> dict[str, object]:
    """A body of webhook/set."""
    return {"webhook": {"enabled": True, "url": "http://x", **fields}}


@pytest.mark.parametrize(
    ("schema", "body", "texts"),
    [
        (SEND_TEXT, {}, ['instance requires property "number"', 'instance requires property "text"']),
        (SEND_TEXT, {"number": 5, "text": "Oi"}, ["Invalid format"]),
        (SEND_TEXT, {"number": 5}, ["Invalid format", 'instance requires property "text"']),
        (SEND_TEXT, {**SENT, "delay": "soon"}, ["Enter a value in milliseconds"]),
        (SEND_TEXT, {**SENT, "delay": 1.5}, ["Enter a value in milliseconds"]),
        (SEND_TEXT, {**SENT, "mentioned": []}, ["mentioned does not meet minimum length of 1"]),
        (SEND_TEXT, {**SENT, "mentioned": ["1", "1"]}, ["mentioned contains duplicate item"]),
        (SEND_TEXT, {**SENT, "mentioned": ["x"]}, ['"mentioned" must be an array of numeric strings']),
        (SEND_TEXT, {**SENT, "quoted": {"key": {}}}, ['quoted.key requires property "id"']),
        (SEND_TEXT, {**SENT, "quoted": {"key": {"id": ""}}}, ['The "id" cannot be empty']),
        (SEND_TEXT, {**SENT, "linkPreview": "yes"}, ["linkPreview is not of a type(s) boolean"]),
        (CREATE, {**NAMED, "qrcode": "yes"}, ["qrcode is not of a type(s) boolean"]),
        (CREATE, {**NAMED, "qrcode": 1}, ["qrcode is not of a type(s) boolean"]),
        (CREATE, {**NAMED, "number": "x"}, [r'number does not match pattern "^\\d+[\\.@\\w-]+"']),
        (CREATE, {**NAMED, "token": True}, ["token is not of a type(s) string"]),
        (WEBHOOK_SET, {}, ['instance requires property "webhook"']),
        (WEBHOOK_SET, {"webhook": 5}, ["webhook is not of a type(s) object"]),
        (WEBHOOK_SET, {"webhook": {}}, ['webhook requires property "enabled"', 'webhook requires property "url"']),
        (WEBHOOK_SET, hook(events=["QR"]), [f"webhook.events[0] is not one of enum values: {ENUM}"]),
        (WEBHOOK_SET, hook(events="ALL"), ["webhook.events is not of a type(s) array"]),
        (WEBHOOK_SET, hook(headers="x: y"), ["webhook.headers is not of a type(s) object"]),
    ],
)
def test_texts_of_failing_rules(schema: Schema, body: object, texts: list[str]) -> None:
    """Every failing rule is told, in schema order, with its description or the library's words."""
    assert problems(body, schema) == texts


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (SEND_TEXT, SENT),
        (SEND_TEXT, {"number": "", "text": ""}),
        (SEND_TEXT, {**SENT, "delay": 2.0, "unknown": None}),
        (CREATE, {}),
        (CREATE, {"integration": 5, "instanceName": None}),
        (CREATE, {**NAMED, "number": "55"}),
        (WEBHOOK_SET, hook(events=[])),
        (WEBHOOK_SET, hook(url="ftp://anything", events=["QRCODE_UPDATED"], headers={})),
    ],
)
def test_what_passes(schema: Schema, body: object) -> None:
    """Unknown keys, odd addresses and an unchecked integration pass, as they do in the real server."""
    assert problems(body, schema) == []


def test_several_bad_events_are_told_one_by_one() -> None:
    """Each item of a list has its own text with its index."""
    found = problems(hook(events=["A", "QRCODE_UPDATED", 5]), WEBHOOK_SET)

    assert found == [
        f"webhook.events[0] is not one of enum values: {ENUM}",
        "webhook.events[2] is not of a type(s) string",
        f"webhook.events[2] is not one of enum values: {ENUM}",
    ]
