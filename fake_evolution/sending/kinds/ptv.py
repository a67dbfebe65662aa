"""sendPtv: a video in a circle."""

from fake_evolution.answers import bad_request
from fake_evolution.sending.draft import Asked, Draft, Kind, options_of
from fake_evolution.sending.preparing import Media, prepared
from fake_evolution.sending.sources import is_base64, is_url


async def compose(asked: Asked) -> Draft:
    """A video note from a URL, base64 or an uploaded file."""
    given = asked.body.get("video")
    if asked.file is None and not is_url(given) and not is_base64(given):
        raise bad_request("Owned media must be a url or base64")
    media = Media("ptv", source=str(given) if asked.file is None else asked.file)
    kind, content, data = await prepared(asked, media)
    return Draft(asked.body["number"], kind, content, options=options_of(asked.body), data=data)


KIND = Kind("sendPtv", "ptvMessage", compose, takes_file=True)
