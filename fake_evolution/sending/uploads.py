"""Media on their way to WhatsApp's servers: the upload, and the part of a message that points to it.

The fields of each kind stand in the order of the protocol's numbers, as the real server tells them.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from fake_evolution.domain.wire import Long
from fake_evolution.sending.draft import Asked

_PLACE = "v/t62.7118-24"
_POINTERS = ("mediaKey", "fileEncSha256", "directPath", "mediaKeyTimestamp")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "imageMessage": ("url", "mimetype", "caption", "fileSha256", "fileLength", *_POINTERS),
    "videoMessage": (
        *("url", "mimetype", "fileSha256", "fileLength", "seconds", "mediaKey", "caption", "gifPlayback"),
        *("fileEncSha256", "directPath", "mediaKeyTimestamp"),
    ),
    "documentMessage": (
        *("url", "mimetype", "fileSha256", "fileLength", "mediaKey", "fileName", "fileEncSha256", "directPath"),
        *("mediaKeyTimestamp", "caption"),
    ),
    "audioMessage": ("url", "mimetype", "fileSha256", "fileLength", "seconds", "ptt", *_POINTERS),
    "stickerMessage": (
        *("url", "fileSha256", "fileEncSha256", "mediaKey", "mimetype", "directPath", "fileLength"),
        "mediaKeyTimestamp",
    ),
}
_LISTS = {
    "imageMessage": ("interactiveAnnotations", "scanLengths", "annotations"),
    "videoMessage": ("interactiveAnnotations", "annotations", "processedVideos"),
}


def uploaded(asked: Asked, kind: str, data: bytes, *, length: int | None = None, **told: Any) -> dict[str, Any]:
    """The part of a message for a file that was uploaded; `told` are the fields that say more than where it is."""
    engine, owner = asked.engine, asked.instance
    path = f"/{_PLACE}/{engine.ids.upload(owner)}.enc"
    engine.media.keep(path, data)
    fields = {
        **told,
        "url": f"https://mmg.whatsapp.net/{_PLACE}/{engine.ids.upload(owner)}.enc",
        "directPath": path,
        "fileSha256": sha256(data).digest(),
        "fileEncSha256": engine.ids.secret(owner),
        "mediaKey": engine.ids.secret(owner),
        "fileLength": Long(len(data) if length is None else length, unsigned=True),
        "mediaKeyTimestamp": Long(asked.second),
    }
    shape = "videoMessage" if kind == "ptvMessage" else kind
    lists: dict[str, Any] = {name: [] for name in _LISTS.get(shape, ())}
    return {**lists, **{name: fields[name] for name in _FIELDS[shape] if fields.get(name) is not None}}
