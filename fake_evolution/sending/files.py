"""getBase64FromMediaMessage: the file of a message, whether it is stored or given as a whole."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from fake_evolution.answers import bad_request
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.wire import written
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.sending.mime import extension_of

_SECOND_TRY_AFTER_S = 5.0
_WRAPPERS = ("ephemeralMessage", "documentWithCaptionMessage", "viewOnceMessage", "viewOnceMessageV2")
_MEDIA = ("imageMessage", "documentMessage", "audioMessage", "videoMessage", "stickerMessage", "ptvMessage")

Tree = Mapping[str, Any]


async def file_of(engine: Engine, instance: Instance, body: Tree) -> dict[str, Any]:
    """The file in base64 with what the message says of it; 400 with the text of whatever goes wrong."""
    try:
        key, content = _message(engine, instance, body.get("message"))
        kind = next((name for name in _MEDIA if content.get(name)), None)
        if kind is None:
            raise bad_request("The message is not of the media type")
        data = await _downloaded(engine, kind, content[kind])
    except ThrownError as thrown:
        raise bad_request(thrown.told) from thrown
    return _told(key, kind, content[kind], data, to_mp4=bool(body.get("convertToMp4")) and kind == "audioMessage")


def _message(engine: Engine, instance: Instance, given: Any) -> tuple[Tree, Tree]:
    """Key and innermost content of the message that is meant."""
    if given is None:
        raise ThrownError("Cannot read properties of undefined (reading 'key')", name="TypeError")
    key, content = _tree(given).get("key"), _tree(given).get("message")
    if not content:
        if not isinstance(key, Mapping):
            raise ThrownError(f"Cannot read properties of undefined (reading '{_WRAPPERS[0]}')", name="TypeError")
        row = engine.archive(instance).message(str(key.get("id")))
        if row is None:
            raise bad_request("Message not found")
        key, content = row.message.key, row.message.content
    content = _tree(content)
    for wrapper in _WRAPPERS:
        if content.get(wrapper):
            content = _tree(_tree(content[wrapper]).get("message"))
    return _tree(key), content


def _tree(value: Any) -> Tree:
    """What has no names in it has none of those that are looked for."""
    return value if isinstance(value, Mapping) else {}


async def _downloaded(engine: Engine, kind: str, media: Tree) -> bytes:
    """The file; a second way is tried five seconds after the first one failed."""
    try:
        return engine.media.fetch(kind, media)
    except ThrownError:
        await engine.scheduler.sleep(_SECOND_TRY_AFTER_S)
        return engine.media.fetch(kind, media)


def _told(key: Tree, kind: str, media: Tree, data: bytes, *, to_mp4: bool) -> dict[str, Any]:
    named = media.get("fileName") or f"{key.get('id')}.{extension_of(media.get('mimetype')) or 'false'}"
    caption = {"caption": media["caption"]} if "caption" in media else {}
    size = {part: written(media[part]) for part in ("fileLength", "height", "width") if part in media}
    return {
        "mediaType": kind,
        "fileName": named,
        **caption,
        "size": size,
        "mimetype": "audio/mp4" if to_mp4 else media.get("mimetype"),
        "base64": b64encode(data).decode(),
        "buffer": None,
    }
