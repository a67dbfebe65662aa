"""Tests of whole lives of an instance, over real sockets."""

import io
from base64 import b64decode
from collections import Counter
from typing import Any

import zxingcpp
from PIL import Image

from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Reply, Stage

LIFE = [
    "instance.create",
    "connection.update connecting",
    "qrcode.updated",
    "connection.update connecting",
    "connection.update open",
    "send.message",
    "status.instance",
    "logout.instance",
    "connection.update close",
    "instance.delete",
    "remove.instance",
]

SETTINGS = {
    "rejectCall": False,
    "msgCall": "",
    "groupsIgnore": False,
    "alwaysOnline": False,
    "readMessages": False,
    "readStatus": False,
    "syncFullHistory": False,
    "wavoipToken": "",
}


def read_code(data_url: str) -> str:
    """What a phone's camera sees in the image."""
    image = Image.open(io.BytesIO(b64decode(data_url.partition(",")[2])))
    return str(zxingcpp.read_barcodes(image.convert("L"))[0].text)


async def test_whole_life_tells_its_events_in_order(stage: Stage, sink: Sink) -> None:
    """Created, scanned from the webhook's image, open, sending, logged out, deleted: eleven events, each delivered."""
    await stage.create("sales", sink.url, qrcode=True)
    (shown,) = [one.body["data"]["qrcode"] for one in sink.received if one.event == "qrcode.updated"]

    scanned = await stage.control.scan(code=read_code(shown["base64"]), number="5531988887777")
    await stage.pass_time(1)
    sent = await stage.during(stage.call("POST", "/message/sendText/sales", {"number": "553188887777", "text": "Oi"}))
    await stage.call("DELETE", "/instance/logout/sales")
    await stage.pass_time(1)
    await stage.call("DELETE", "/instance/delete/sales")
    await stage.pass_time(1)

    assert (scanned["verdict"], scanned["instance"], sent.status) == ("linked", "sales", 201)
    assert stage.emitted() == LIFE
    assert Counter(sink.events) == Counter(LIFE)
    assert await stage.control.instances() == []


async def test_create_with_qr_waits_five_seconds_and_shows_it(stage: Stage) -> None:
    """The answer of create has the whole QR object, and took exactly the fixed wait."""
    answer = await stage.create("sales", qrcode=True)

    qrcode = answer.body["qrcode"]
    instance = answer.body["instance"]
    assert (answer.status, instance["status"], stage.records("answer")[0]["duration_s"]) == (201, "connecting", 5.0)
    assert qrcode == {"pairingCode": None, "code": qrcode["code"], "base64": qrcode["base64"], "count": 1}
    assert read_code(qrcode["base64"]) == qrcode["code"]


async def test_minimal_create_answers_the_whole_body(stage: Stage) -> None:
    """Without a QR code the answer comes at once, with a token, empty echoes and the settings."""
    answer = await stage.create("sales", token="TOKEN-1")

    instance = {
        "instanceName": "sales",
        "instanceId": answer.body["instance"]["instanceId"],
        "integration": "WHATSAPP-BAILEYS",
        "webhookWaBusiness": None,
        "accessTokenWaBusiness": "",
        "status": "close",
    }
    echoes: dict[str, Any] = {name: {} for name in ("webhook", "websocket", "rabbitmq", "nats", "sqs")}
    body = {"instance": instance, "hash": "TOKEN-1", **echoes, "settings": SETTINGS}
    assert answer == Reply(201, body)


async def test_connect_waits_two_seconds_then_answers_at_once(stage: Stage) -> None:
    """On a closed instance connect takes two seconds; while connecting it answers the same code immediately."""
    await stage.create("sales")

    first = await stage.during(stage.call("GET", "/instance/connect/sales"))
    second = await stage.call("GET", "/instance/connect/sales")

    assert [record["duration_s"] for record in stage.records("answer")] == [0.0, 2.0, 0.0]
    assert first == second
    assert list(first.body) == ["pairingCode", "code", "base64", "count"]


async def test_connect_on_an_open_instance_answers_its_state(stage: Stage) -> None:
    """Where there is nothing to scan the answer is that of connectionState."""
    await stage.open("sales")

    answer = await stage.call("GET", "/instance/connect/sales")

    assert answer == Reply(200, {"instance": {"instanceName": "sales", "state": "open"}})


async def test_codes_rotate_until_the_limit(stage: Stage, sink: Sink) -> None:
    """Thirty codes, then the limit: memory closed, row connecting, and nothing more until somebody connects."""
    await stage.create("sales", sink.url, qrcode=True)

    await stage.pass_time(30 * 46)

    codes = [record["code"] for record in stage.records("qr")]
    assert (len(codes), len(set(codes))) == (30, 30)
    assert stage.emitted()[-2:] == ["qrcode.updated", "connection.update refused"]
    assert await stage.state("sales") == ("close", "connecting")
    again = await stage.during(stage.call("GET", "/instance/connect/sales"))
    assert again.body["count"] == 1


async def test_pairing_code_comes_with_the_qr_code(stage: Stage) -> None:
    """With a number create answers eight characters to type, and the QR code beside them."""
    answer = await stage.create("sales", qrcode=True, number="5531988887777")

    shown: dict[str, Any] = answer.body["qrcode"]
    assert (len(shown["pairingCode"]), shown["count"]) == (8, 1)
    assert read_code(shown["base64"]) == shown["code"]


async def test_names_of_any_kind_go_round(stage: Stage) -> None:
    """Spaces, slashes and accents in a name survive path, row and answer."""
    name = "filial são/paulo 1"
    await stage.create(name)

    assert await stage.state(name) == ("close", "close")
    assert (await stage.control.instance(name))["name"] == name
