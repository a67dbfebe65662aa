"""sendTemplate: there is none on this channel."""

from fake_evolution.answers import native_error
from fake_evolution.sending.draft import Asked, Draft, Kind


async def compose(_asked: Asked) -> Draft:
    """Always refused; templates are of the official API of Meta."""
    raise native_error("Method not available in the Baileys service")


KIND = Kind("sendTemplate", "templateMessage", compose)
