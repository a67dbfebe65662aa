"""Pictures, documents, videos and sounds on their way into a message, as sendMedia and sendPtv prepare them.

Whatever goes wrong here is a 500 with the exception in an array, before anybody asks for the number.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from fake_evolution.answers import failure
from fake_evolution.errors import ThrownError
from fake_evolution.sending.draft import Asked
from fake_evolution.sending.fetching import Fetched, fetch_stream, fetch_with_axios
from fake_evolution.sending.mime import type_of
from fake_evolution.sending.pictures import to_jpeg
from fake_evolution.sending.sounds import seconds_of
from fake_evolution.sending.sources import decoded, is_url
from fake_evolution.sending.uploads import uploaded

_PTV = "ptv"
_NAME_IN_URL = re.compile(r".*/(.+?)\.")
_DEFAULT_NAMES = {"image": "image.jpg", "video": "video.mp4"}


@dataclass(frozen=True, slots=True)
class Media:
    """What a caller gave: the type, a URL, base64 or octets, and what it is called."""

    kind: str
    source: str | bytes
    file_name: str | None = None
    media_type: str | None = None
    caption: str | None = None

    @property
    def url(self) -> str | None:
        """The source, where it is a URL."""
        return self.source if isinstance(self.source, str) and is_url(self.source) else None


async def prepared(asked: Asked, media: Media) -> tuple[str, dict[str, Any], bytes]:
    """Kind, content and file of the message; ApiError when the media cannot be had or are of no use."""
    try:
        return await _prepared(asked, media)
    except ThrownError as thrown:
        raise failure(500, [thrown.told]) from thrown


async def _prepared(asked: Asked, media: Media) -> tuple[str, dict[str, Any], bytes]:
    fetched = await _data(media)
    profile = asked.engine.profile
    encodes = media.kind == "image" and profile.reencodes_pictures
    data = await to_jpeg(fetched.data) if encodes else fetched.data
    named = _named(media)
    media_type = "video/mp4" if media.kind == _PTV else _media_type(named, fetched)
    if media.media_type and not profile.file_name_decides_type:
        media_type = media.media_type
    kind = f"{media.kind}Message"
    part = uploaded(
        asked,
        kind,
        data,
        mimetype=media_type,
        caption=media.caption,
        fileName=named.file_name,
        seconds=_seconds(media, data),
        gifPlayback=False if media.kind == "video" else None,
    )
    return kind, {kind: part}, data


async def _data(media: Media) -> Fetched:
    url = media.url
    if url is not None:
        return await (fetch_with_axios(url) if media.kind == "image" else fetch_stream(url))
    given = media.source
    return Fetched(given if isinstance(given, bytes) else decoded(given), None)


def _named(media: Media) -> Media:
    """The media with a file name: a document's is taken from its URL, without the extension."""
    if media.file_name:
        return media
    if media.kind != "document":
        return replace(media, file_name=_DEFAULT_NAMES.get(media.kind))
    found = _NAME_IN_URL.match(media.url or "")
    if found is None:
        raise ThrownError("Cannot read properties of null (reading '1')", name="TypeError")
    return replace(media, file_name=found[1])


def _media_type(media: Media, fetched: Fetched) -> str:
    """By the file name, whatever the caller said; a name of no known type gives the word `false`."""
    if media.file_name:
        return type_of(media.file_name) or "false"
    return media.media_type or fetched.content_type or ""


def _seconds(media: Media, data: bytes) -> int | None:
    if media.kind == "audio":
        return seconds_of(data)
    if media.kind != _PTV:
        return None
    if not data:
        raise ThrownError("Failed to get video duration: Invalid media buffer")
    found = seconds_of(data)
    if not found:
        raise ThrownError("Failed to get video duration: Invalid media duration")
    return found
