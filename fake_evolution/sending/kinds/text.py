"""sendText."""

from fake_evolution.answers import bad_request
from fake_evolution.sending.draft import Asked, Draft, Holder, Kind, options_of


async def compose(asked: Asked) -> Draft:
    """A text; a blank one is refused."""
    text = asked.body["text"]
    if not text.strip():
        raise bad_request("Text is required")
    return Draft(asked.body["number"], "conversation", {"conversation": text}, Holder.TEXT, options_of(asked.body))


KIND = Kind("sendText", "textMessage", compose)
