"""Bodies of /message, by the action of the route."""

from collections.abc import Mapping

from fake_evolution.api.bodies.parts import BOTH, SWITCH, TEXT, not_empty
from fake_evolution.api.schema import Schema

NUMBER: Schema = {"type": "string", "description": "Invalid format"}
_NUMERIC = r"^\d+"


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _numeric_texts(name: str) -> Schema:
    item = {"type": "string", "pattern": _NUMERIC, "description": f'"{name}" must be an array of numeric strings'}
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": item}


_KEY: Schema = {"id": TEXT, "remoteJid": TEXT, "fromMe": BOTH}
_OPTIONS: Schema = {
    "delay": {"type": "integer", "description": "Enter a value in milliseconds"},
    "quoted": {
        "properties": {"key": {**_object(("id",), **_KEY), **not_empty("id")}, "message": {"type": "object"}},
    },
    "mentionsEveryOne": BOTH,
    "mentioned": _numeric_texts("mentioned"),
}
_CARD: Schema = {
    **_object(
        ("fullName", "phoneNumber"),
        fullName=TEXT,
        wuid={"type": "string", "minLength": 10, "pattern": r"\d+", "description": '"wuid" must be a numeric string'},
        phoneNumber={"type": "string", "minLength": 10},
        organization=TEXT,
        email=TEXT,
        url=TEXT,
    ),
    **not_empty("fullName"),
}
_ROW: Schema = {
    **_object(("title", "rowId"), title=TEXT, description=TEXT, rowId=TEXT),
    **not_empty("title", "description", "rowId"),
}
_SECTION: Schema = {
    **_object(("title", "rows"), title=TEXT, rows={"type": "array", "minItems": 1, "uniqueItems": True, "items": _ROW}),
    **not_empty("title"),
}
_BUTTON: Schema = {
    **_object(
        ("type",),
        type={"type": "string", "enum": ("reply", "copy", "url", "call", "pix")},
        displayText=TEXT,
        id=TEXT,
        url=TEXT,
        phoneNumber=TEXT,
        currency=TEXT,
        name=TEXT,
        keyType={"type": "string", "enum": ("phone", "email", "cpf", "cnpj", "random")},
        key=TEXT,
    ),
    **not_empty("id", "url", "phoneNumber"),
}
_STATUS: Schema = _object(
    ("type",),
    type={"type": "string", "enum": ("text", "image", "audio", "video")},
    content=TEXT,
    caption=TEXT,
    backgroundColor=TEXT,
    font={"type": "integer", "minimum": 0, "maximum": 5},
    statusJidList=_numeric_texts("statusJidList"),
    allContacts=BOTH,
)
_REACTED: Schema = {**_object(("id", "remoteJid", "fromMe"), **_KEY), **not_empty("id", "remoteJid")}
_ANSWERS: Schema = {"type": "array", "minItems": 2, "maxItems": 10, "uniqueItems": True, "items": TEXT}
_MEDIA_TYPES = ("image", "document", "video", "audio")
_COORDINATE: Schema = {"type": "number"}
_SECTIONS: Schema = {"type": "array", "minItems": 1, "uniqueItems": True, "items": _SECTION}
_CARDS: Schema = {"type": "array", "items": _CARD, "minItems": 1, "uniqueItems": True}

SCHEMAS: Mapping[str, Schema] = {
    "sendText": _object(("number", "text"), number=NUMBER, text=TEXT, linkPreview=SWITCH, **_OPTIONS),
    "sendMedia": _object(
        ("number", "mediatype"),
        number=NUMBER,
        mediatype={"type": "string", "enum": _MEDIA_TYPES},
        mimetype=TEXT,
        media=TEXT,
        fileName=TEXT,
        caption=TEXT,
        **_OPTIONS,
    ),
    "sendPtv": _object(("number",), number=NUMBER, video=TEXT, **_OPTIONS),
    "sendWhatsAppAudio": _object(("number",), number=NUMBER, audio=TEXT, **_OPTIONS),
    "sendStatus": _STATUS,
    "sendSticker": _object(("number",), number=NUMBER, sticker=TEXT, **_OPTIONS),
    "sendLocation": _object(
        ("number", "latitude", "longitude", "name", "address"),
        number=NUMBER,
        latitude=_COORDINATE,
        longitude=_COORDINATE,
        name=TEXT,
        address=TEXT,
        **_OPTIONS,
    ),
    "sendContact": _object(("number", "contact"), number=NUMBER, contact=_CARDS),
    "sendReaction": _object(("key", "reaction"), key=_REACTED, reaction=TEXT),
    "sendPoll": _object(
        ("number", "name", "selectableCount", "values"),
        number=NUMBER,
        name=TEXT,
        selectableCount={"type": "integer", "minimum": 0, "maximum": 10},
        values=_ANSWERS,
        **_OPTIONS,
    ),
    "sendList": _object(
        ("number", "title", "footerText", "buttonText", "sections"),
        number=NUMBER,
        title=TEXT,
        description=TEXT,
        footerText=TEXT,
        buttonText=TEXT,
        sections=_SECTIONS,
        **_OPTIONS,
    ),
    "sendButtons": _object(
        ("number",),
        number=NUMBER,
        thumbnailUrl=TEXT,
        title=TEXT,
        description=TEXT,
        footer=TEXT,
        buttons={"type": "array", "items": _BUTTON},
        **_OPTIONS,
    ),
    "sendTemplate": _object(
        ("name", "language"),
        number=NUMBER,
        name=TEXT,
        language=TEXT,
        components={"type": "array"},
        webhookUrl=TEXT,
    ),
}
