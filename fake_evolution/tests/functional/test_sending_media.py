"""Tests of messages with a file: from base64, from a URL, from a form."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from PIL import Image

from fake_evolution.media import red_square
from fake_evolution.tests.functional.test_sending_texts import NUMBER, refused, send
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import KEY, Reply, Stage
from fake_evolution.tests.unit.test_sending_parts import film, sound

PICTURE = b64encode(red_square()).decode()
FILES = {"pic.png": red_square(), "voice.wav": sound(2), "film.mp4": film(5), "doc.pdf": b"%PDF-1.4"}


@pytest.fixture
async def sales(stage: Stage) -> Stage:
    """A connected instance."""
    await stage.open("sales")
    return stage


@pytest.fixture
async def shelf(unused_shelf: web.AppRunner) -> str:
    """The address of a server that has a few files."""
    host, port = unused_shelf.addresses[0][:2]
    return f"http://{host}:{port}"


@pytest.fixture
async def unused_shelf() -> Any:
    """A server that has a few files, on a free port."""

    async def give(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return web.Response(body=FILES[name]) if name in FILES else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{name}", give)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner
    await runner.cleanup()


async def upload(stage: Stage, action: str, data: bytes, *, field: str = "file", **fields: str) -> Reply:
    """Send a file as a form."""
    form = aiohttp.FormData({"number": NUMBER, **fields})
    form.add_field(field, data, filename="a.bin", content_type="application/octet-stream")

    async def post() -> Reply:
        url = f"{stage.fake.url}/message/{action}/sales"
        async with stage.session.post(url, data=form, headers={"apikey": KEY}) as answer:
            return Reply(answer.status, orjson.loads(await answer.read()))

    return await stage.during(post())


async def test_picture_becomes_jpeg(sales: Stage) -> None:
    """Whatever it was; its type follows the file name all the same."""
    answer = await send(sales, "sendMedia", mediatype="image", media=PICTURE, fileName="a.png", caption="c")

    shown = answer.body["message"]["imageMessage"]
    kept = sales.fake.engine.media.fetch("imageMessage", shown)
    assert (shown["mimetype"], shown["caption"], Image.open(BytesIO(kept)).format) == ("image/png", "c", "JPEG")
    assert shown["fileLength"] == {"low": len(kept), "high": 0, "unsigned": True}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"mediatype": "document", "fileName": "a.pdf"}, "application/pdf"),
        ({"mediatype": "document", "fileName": "report"}, "false"),
        ({"mediatype": "document", "fileName": "a.pdf", "mimetype": "text/plain"}, "application/pdf"),
        ({"mediatype": "video"}, "video/mp4"),
        ({"mediatype": "audio", "mimetype": "audio/mpeg"}, "audio/mpeg"),
        ({"mediatype": "audio"}, ""),
    ],
)
async def test_media_types(sales: Stage, fields: dict[str, str], named: str) -> None:
    """The file name decides, whatever the caller said; an unknown one gives the word `false`."""
    answer = await send(sales, "sendMedia", media=PICTURE, **fields)

    assert answer.body["message"][f"{fields['mediatype']}Message"]["mimetype"] == named


async def test_document_by_url_is_named_after_it(sales: Stage, shelf: str) -> None:
    """Without its extension, so that the type is a wrong one."""
    answer = await send(sales, "sendMedia", mediatype="document", media=f"{shelf}/doc.pdf")

    shown = answer.body["message"]["documentMessage"]
    assert (shown["fileName"], shown["mimetype"], shown["fileLength"]["low"]) == ("doc", "application/msword", 8)


@pytest.mark.parametrize(
    ("media_type", "path", "told"),
    [
        ("image", "none.png", "AxiosError: Request failed with status code 404"),
        ("image", "doc.pdf", "Error: Input buffer contains unsupported image format"),
        ("document", "none.pdf", "Error: Failed to fetch stream from {}/none.pdf"),
    ],
)
async def test_what_cannot_be_fetched(sales: Stage, shelf: str, media_type: str, path: str, told: str) -> None:
    """Pictures and documents are fetched by different clients."""
    answer = await send(sales, "sendMedia", mediatype=media_type, media=f"{shelf}/{path}")

    assert answer == refused(500, [told.format(shelf)])


@pytest.mark.parametrize(
    ("media_type", "told"),
    [("image", "Error: connect ECONNREFUSED 127.0.0.1:9"), ("video", "TypeError: fetch failed")],
)
async def test_nobody_listens(sales: Stage, media_type: str, told: str) -> None:
    """A refused connection."""
    answer = await send(sales, "sendMedia", mediatype=media_type, media="http://127.0.0.1:9/x.png")

    assert answer == refused(500, [told])


async def test_form_with_a_picture(sales: Stage) -> None:
    """The file comes with the form; its text fields are the body."""
    answer = await upload(sales, "sendMedia", red_square(), mediatype="image", caption="c")

    assert (answer.status, answer.body["message"]["imageMessage"]["caption"]) == (201, "c")


async def test_form_with_every_octet(sales: Stage) -> None:
    """Nothing of a file is lost, line ends least of all."""
    data = bytes(range(256)) + b"\r\n--x\r\n\r" + b"\n"

    answer = await upload(sales, "sendMedia", data, mediatype="document", fileName="a.bin")

    shown = answer.body["message"]["documentMessage"]
    assert sales.fake.engine.media.fetch("documentMessage", shown) == data


async def test_form_whose_document_has_no_name(sales: Stage) -> None:
    """The real server looks for a name in the base64 it made of the file."""
    answer = await upload(sales, "sendMedia", b"%PDF-1.4", mediatype="document")

    assert answer == refused(500, ["TypeError: Cannot read properties of null (reading '1')"])


async def test_form_with_a_field_that_is_not_expected(sales: Stage) -> None:
    """The file must be called `file`."""
    answer = await upload(sales, "sendMedia", red_square(), field="media", mediatype="image")

    assert answer == refused(500, "Unexpected field")


async def test_form_fields_are_texts(sales: Stage) -> None:
    """A form cannot say numbers, so it cannot say a delay."""
    answer = await upload(sales, "sendMedia", red_square(), mediatype="image", delay="1000")

    assert answer == refused(400, [["Enter a value in milliseconds"]])


async def test_form_on_a_route_that_takes_none(sales: Stage) -> None:
    """Its body counts as empty."""
    answer = await upload(sales, "sendText", b"x", text="Oi")

    assert answer == refused(400, [['instance requires property "number"', 'instance requires property "text"']])


async def test_voice_message_by_url(sales: Stage, shelf: str) -> None:
    """Both ways, converted and as it is, know how long it takes."""
    converted = await send(sales, "sendWhatsAppAudio", audio=f"{shelf}/voice.wav")
    as_it_is = await send(sales, "sendWhatsAppAudio", audio=f"{shelf}/voice.wav", encoding=False)

    heard = [answer.body["message"]["audioMessage"] for answer in (converted, as_it_is)]
    assert [(one["seconds"], one["ptt"]) for one in heard] == [(2, True), (2, True)]
    assert heard[1]["fileLength"]["low"] == len(FILES["voice.wav"])


async def test_voice_messages_that_cannot_be(sales: Stage, shelf: str) -> None:
    """What the converter or its client throws is told without its name."""
    noise = await send(sales, "sendWhatsAppAudio", audio=PICTURE)
    missing = await send(sales, "sendWhatsAppAudio", audio=f"{shelf}/none.ogg")
    later = await send(sales, "sendWhatsAppAudio", audio=f"{shelf}/none.ogg", encoding=False)

    found = "ffmpeg exited with code 1: pipe:0: Invalid data found when processing input\n"
    assert (noise, missing) == (refused(500, found), refused(500, "Request failed with status code 404"))
    assert later == refused(400, [f"Error: Failed to fetch stream from {shelf}/none.ogg"])


async def test_stickers(sales: Stage, shelf: str) -> None:
    """WebP, from base64 or a URL; what is no picture is told without the exception's name."""
    given, fetched = [await send(sales, "sendSticker", sticker=one) for one in (PICTURE, f"{shelf}/pic.png")]
    broken = await send(sales, "sendSticker", sticker="AAAA")

    shown = [answer.body["message"]["stickerMessage"]["mimetype"] for answer in (given, fetched)]
    assert shown == ["image/webp", "image/webp"]
    assert broken == refused(500, "Input buffer contains unsupported image format")


async def test_sticker_as_a_form(sales: Stage) -> None:
    """The real server converts the field that is not there."""
    assert await upload(sales, "sendSticker", red_square()) == refused(500, "Invalid URL")


async def test_video_note(sales: Stage) -> None:
    """It must be a video whose length can be read."""
    good = await send(sales, "sendPtv", video=b64encode(FILES["film.mp4"]).decode())
    bad = await send(sales, "sendPtv", video=PICTURE)

    assert (good.body["messageType"], good.body["message"]["ptvMessage"]["seconds"]) == ("ptvMessage", 5)
    assert bad == refused(500, ["Error: Failed to get video duration: Invalid media duration"])


async def test_status_with_a_picture(sales: Stage, shelf: str) -> None:
    """Fetched by the WhatsApp library, as it is."""
    body = {"type": "image", "content": f"{shelf}/pic.png", "caption": "c", "statusJidList": [NUMBER]}

    answer = await send(sales, "sendStatus", **body)

    assert answer.body["message"]["imageMessage"]["caption"] == "c"
    assert answer.body["contextInfo"] is None


async def test_webhook_gets_the_file_when_it_asked_for_it(stage: Stage, sink: Sink) -> None:
    """In the event and in the answer, but not in the database."""
    webhook = {"url": sink.url, "events": ["SEND_MESSAGE"], "base64": True}
    await stage.create("sales", webhook=webhook, qrcode=True)
    await stage.control.scan(instance="sales")
    await stage.pass_time(1)

    answer = await send(stage, "sendMedia", mediatype="image", media=PICTURE)

    [event] = await sink.count(1)
    found = await stage.call("POST", "/chat/findMessages/sales", {})
    assert event.body["data"]["message"]["base64"] == answer.body["message"]["base64"]
    assert "base64" not in found.body["messages"]["records"][0]["message"]


async def test_webhook_asks_for_files_too_late(stage: Stage, sink: Sink) -> None:
    """A change is looked at only when the instance connects again (Q12)."""
    await stage.open("sales", sink.url)
    hook = {"enabled": True, "url": sink.url, "base64": True, "events": ["SEND_MESSAGE"]}
    await stage.call("POST", "/webhook/set/sales", {"webhook": hook})

    answer = await send(stage, "sendMedia", mediatype="image", media=PICTURE)

    assert "base64" not in answer.body["message"]
