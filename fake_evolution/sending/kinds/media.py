"""sendMedia."""

from fake_evolution.answers import bad_request
from fake_evolution.sending.draft import Asked, Draft, Kind, options_of
from fake_evolution.sending.preparing import Media, prepared
from fake_evolution.sending.sources import is_base64, is_url


async def compose(asked: Asked) -> Draft:
    """A picture, document, video or sound from a URL, base64 or an uploaded file."""
    body, given = asked.body, asked.body.get("media")
    if is_base64(given) and not body.get("fileName") and body["mediatype"] == "document":
        raise bad_request("For base64 the file name must be informed.")
    if asked.file is None and not is_url(given) and not is_base64(given):
        raise bad_request("Owned media must be a url or base64")
    media = Media(
        body["mediatype"],
        source=str(given) if asked.file is None else asked.file,
        file_name=body.get("fileName"),
        media_type=body.get("mimetype"),
        caption=body.get("caption"),
    )
    kind, content, data = await prepared(asked, media)
    return Draft(body["number"], kind, content, options=options_of(body), data=data)


KIND = Kind("sendMedia", "mediaMessage", compose, takes_file=True)
