"""The contents that a phone can send, by the names under which the control API knows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fake_evolution.engine import Engine
from fake_evolution.media import red_square
from fake_evolution.rng import Draws

_OPTIONS = ("Sim", "Não")
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be sent: text or caption, the moment, who else plays a part, and the stored message it refers to."""

    engine: Engine
    draws: Draws
    text: str
    second: int
    other_name: str
    other_number: str
    refers_to: Mapping[str, Any] | None = None


def _text(wish: Wish) -> dict[str, Any]:
    return {"conversation": wish.text}


def _file(wish: Wish, data: bytes, mimetype: str) -> dict[str, Any]:
    """A file on WhatsApp's servers, which the server can fetch."""
    path = f"/v/t62.7118-24/{wish.draws.octets(8).hex()}.enc"
    wish.engine.media.keep(path, data)
    return {
        "url": f"https://mmg.whatsapp.net{path}?ccb=11-4",
        "mimetype": mimetype,
        "fileSha256": wish.draws.octets(32),
        "fileLength": len(data),
        "mediaKey": wish.draws.octets(32),
        "fileEncSha256": wish.draws.octets(32),
        "directPath": path,
        "mediaKeyTimestamp": wish.second,
    }


def _image(wish: Wish) -> dict[str, Any]:
    picture = red_square()
    seen = {"caption": wish.text, "height": 10, "width": 10, "jpegThumbnail": picture}
    return {"imageMessage": {**_file(wish, picture, "image/jpeg"), **seen}}


def _video(wish: Wish) -> dict[str, Any]:
    seen = {"caption": wish.text, "seconds": 3, "height": 320, "width": 240, "jpegThumbnail": red_square()}
    return {"videoMessage": {**_file(wish, wish.draws.octets(4096), "video/mp4"), **seen}}


def _audio(wish: Wish) -> dict[str, Any]:
    heard = {"seconds": 1 + wish.draws.integer(60), "ptt": True, "waveform": wish.draws.octets(64)}
    return {"audioMessage": {**_file(wish, wish.draws.octets(2048), "audio/ogg; codecs=opus"), **heard}}


def _document(wish: Wish) -> dict[str, Any]:
    named = {"title": "boleto", "pageCount": 1, "fileName": "boleto.pdf", "caption": wish.text}
    document = {"documentMessage": {**_file(wish, _PDF, "application/pdf"), **named}}
    return {"documentWithCaptionMessage": {"message": document}}


def _sticker(wish: Wish) -> dict[str, Any]:
    shown = {"height": 64, "width": 64, "isAnimated": False}
    return {"stickerMessage": {**_file(wish, red_square(), "image/webp"), **shown}}


def _location(wish: Wish) -> dict[str, Any]:
    place = {"degreesLatitude": -19.9245, "degreesLongitude": -43.9352, "name": wish.text}
    return {"locationMessage": {**place, "address": "Belo Horizonte, MG"}}


def _live_location(wish: Wish) -> dict[str, Any]:
    place = {"degreesLatitude": -19.9245, "degreesLongitude": -43.9352, "accuracyInMeters": 20}
    return {"liveLocationMessage": {**place, "caption": wish.text, "sequenceNumber": 1}}


def _card(wish: Wish) -> dict[str, str]:
    lines = (
        *("BEGIN:VCARD", "VERSION:3.0", f"FN:{wish.other_name}"),
        *(f"TEL;type=CELL;waid={wish.other_number}:+{wish.other_number}", "END:VCARD"),
    )
    return {"displayName": wish.other_name, "vcard": "\n".join(lines)}


def _contact(wish: Wish) -> dict[str, Any]:
    return {"contactMessage": _card(wish)}


def _contacts(wish: Wish) -> dict[str, Any]:
    return {"contactsArrayMessage": {"displayName": "2 contatos", "contacts": [_card(wish), _card(wish)]}}


def _reaction(wish: Wish) -> dict[str, Any]:
    reaction = {"text": wish.text, "senderTimestampMs": wish.second * 1000}
    return {"reactionMessage": {"key": dict(wish.refers_to or {}), **reaction}}


def _poll(wish: Wish) -> dict[str, Any]:
    options = [{"optionName": name} for name in _OPTIONS]
    poll = {"name": wish.text, "options": options, "selectableOptionsCount": 1}
    secret = {"messageSecret": wish.draws.octets(32)}
    return {"messageContextInfo": secret, "pollCreationMessageV3": poll}


def _poll_vote(wish: Wish) -> dict[str, Any]:
    vote = {"encPayload": wish.draws.octets(48), "encIv": wish.draws.octets(12)}
    told = {"pollCreationMessageKey": dict(wish.refers_to or {}), "vote": vote}
    return {"pollUpdateMessage": {**told, "senderTimestampMs": wish.second * 1000}}


def _view_once(wish: Wish) -> dict[str, Any]:
    image = _image(wish)["imageMessage"]
    return {"viewOnceMessageV2": {"message": {"imageMessage": {**image, "viewOnce": True}}}}


def _ephemeral(wish: Wish) -> dict[str, Any]:
    return {"ephemeralMessage": {"message": {"extendedTextMessage": {"text": wish.text}}}}


def _button_reply(wish: Wish) -> dict[str, Any]:
    return {"buttonsResponseMessage": {"selectedButtonId": "1", "selectedDisplayText": wish.text, "type": 1}}


def _list_reply(wish: Wish) -> dict[str, Any]:
    chosen = {"title": wish.text, "listType": 1, "singleSelectReply": {"selectedRowId": "1"}}
    return {"listResponseMessage": chosen}


def _placeholder(_wish: Wish) -> dict[str, Any]:
    return {}


CONTENTS: Mapping[str, Callable[[Wish], dict[str, Any]]] = {
    "text": _text,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "document": _document,
    "sticker": _sticker,
    "location": _location,
    "live-location": _live_location,
    "contact": _contact,
    "contacts": _contacts,
    "reaction": _reaction,
    "poll": _poll,
    "poll-vote": _poll_vote,
    "view-once": _view_once,
    "ephemeral": _ephemeral,
    "button-reply": _button_reply,
    "list-reply": _list_reply,
    "placeholder": _placeholder,
}
"""All kinds, each with what makes it. A placeholder is what comes when a message cannot be read yet: no content."""

NEEDS_A_MESSAGE = frozenset({"reaction", "poll-vote"})
"""Kinds that refer to another message."""
