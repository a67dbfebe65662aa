"""sendStatus: something that all contacts, or some, can see for a day."""

from base64 import b64encode
from typing import Any

from fake_evolution.answers import bad_request, native_error
from fake_evolution.errors import ThrownError
from fake_evolution.sending.draft import Asked, Draft, Holder, Kind
from fake_evolution.sending.fetching import fetch_stream, fetch_with_axios
from fake_evolution.sending.kinds.audio import MEDIA_TYPE
from fake_evolution.sending.sounds import refuse_noise, seconds_of
from fake_evolution.sending.sources import decoded, is_url
from fake_evolution.sending.uploads import uploaded

_CHAT = "status@broadcast"
_FILE_NAME_MAX = 255


async def compose(asked: Asked) -> Draft:
    """A text, picture, video or sound; what is missing is told one by one."""
    body, content = asked.body, _content(asked)
    _refuse_nobody(asked)
    if body["type"] == "text":
        for field, told in (("backgroundColor", "Background color"), ("font", "Font")):
            if not body.get(field):
                raise bad_request(f"{told} is required")
        return Draft(_CHAT, "conversation", {"conversation": content}, Holder.TEXT)
    if body["type"] == "audio":
        return await _sound(asked, content)
    return await _seen(asked, content)


def _content(asked: Asked) -> str:
    given = asked.body.get("content") if asked.file is None else b64encode(asked.file).decode()
    if not given:
        raise bad_request("Content is required")
    return str(given)


def _refuse_nobody(asked: Asked) -> None:
    body, instance = asked.body, asked.engine.instance(asked.instance)
    if body.get("allContacts"):
        if not asked.engine.archive(instance).contacts:
            raise bad_request("Contacts not found")
    elif not body.get("statusJidList"):
        raise bad_request("StatusJidList is required")


async def _sound(asked: Asked, content: str) -> Draft:
    try:
        data = (await fetch_with_axios(content)).data if is_url(content) else decoded(content)
        refuse_noise(data)
    except ThrownError as thrown:
        raise native_error(thrown.message) from thrown
    return _drafted(asked, "audioMessage", data, mimetype=MEDIA_TYPE, seconds=seconds_of(data), ptt=True)


async def _seen(asked: Asked, content: str) -> Draft:
    """A picture or video; what is no http address is taken for the path of a file, and there is none."""
    if not content.startswith(("http://", "https://")):
        long = max(map(len, content.split("/"))) > _FILE_NAME_MAX
        reason = "ENAMETOOLONG: name too long" if long else "ENOENT: no such file or directory"
        raise bad_request(ThrownError(f"{reason}, open '{content}'").told)
    try:
        data = (await fetch_stream(content)).data
    except ThrownError as thrown:
        raise bad_request(thrown.told) from thrown
    media_type = {"image": "image/jpeg", "video": "video/mp4"}[asked.body["type"]]
    return _drafted(asked, f"{asked.body['type']}Message", data, mimetype=media_type, caption=asked.body.get("caption"))


def _drafted(asked: Asked, kind: str, data: bytes, **told: Any) -> Draft:
    return Draft(_CHAT, kind, {kind: uploaded(asked, kind, data, **told)}, Holder.PREPARED, data=data)


KIND = Kind("sendStatus", "statusMessage", compose, takes_file=True)
