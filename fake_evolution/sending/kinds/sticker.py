"""sendSticker."""

from fake_evolution.answers import bad_request, native_error
from fake_evolution.errors import ThrownError
from fake_evolution.sending.draft import Asked, Draft, Holder, Kind, options_of
from fake_evolution.sending.fetching import fetch_with_axios, with_timestamp
from fake_evolution.sending.pictures import to_webp
from fake_evolution.sending.sources import decoded, is_base64, is_url
from fake_evolution.sending.uploads import uploaded


async def compose(asked: Asked) -> Draft:
    """A picture as WebP, animated when its address says so; an uploaded file makes the real server stumble."""
    body, given = asked.body, asked.body.get("sticker")
    if asked.file is None and not is_url(given) and not is_base64(given):
        raise bad_request("Owned media must be a url or base64")
    if given is None:
        raise native_error("Invalid URL")
    try:
        data = decoded(given) if body.get("notConvertSticker") else await _webp(asked, given)
    except ThrownError as thrown:
        raise native_error(thrown.message) from thrown
    part = uploaded(asked, "stickerMessage", data, mimetype="image/webp")
    return Draft(
        body["number"], "stickerMessage", {"stickerMessage": part}, Holder.PREPARED, options_of(body), data=data
    )


async def _webp(asked: Asked, given: str) -> bytes:
    if is_base64(given):
        return await to_webp(decoded(given), animated=False)
    millis = int(asked.engine.clock.wall().timestamp() * 1000)
    data = (await fetch_with_axios(with_timestamp(given, millis))).data
    animated = ".gif" in given.lower() or (".webp" in given.lower() and b"ANIM" in data)
    return await to_webp(data, animated=animated)


KIND = Kind("sendSticker", "mediaSticker", compose, takes_file=True)
