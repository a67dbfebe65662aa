"""The parts of Evolution's answers that are used; whatever else an answer holds is not looked at."""

import re
from typing import Any

import msgspec

from channel_backend.events import Owner, Qr

IMAGE_CHARACTERS_MAX = 200_000
NUMBER_JID = re.compile(r"([0-9]{5,20})(?::[0-9]+)?@s\.whatsapp\.net", re.ASCII)
IMAGE = re.compile(r"data:image/[a-z+.-]+;base64,[A-Za-z0-9+/=]+", re.ASCII)


class QrAnswer(msgspec.Struct):
    """A QR object, as in create and connect; all fields are absent while WhatsApp has given none."""

    code: str | None = None
    base64: str | None = None


class CreateAnswer(msgspec.Struct):
    """`POST /instance/create`."""

    qrcode: QrAnswer | None = None


class StateAnswer(msgspec.Struct):
    """The inner object of `GET /instance/connectionState`; no state: known to Evolution's database only."""

    state: str | None = None


class ConnectAnswer(msgspec.Struct):
    """`GET /instance/connect`: a QR object, or a state, or a failure told with status 200."""

    code: str | None = None
    base64: str | None = None
    instance: StateAnswer | None = None
    error: bool = False
    message: Any = None


class ConnectionStateAnswer(msgspec.Struct):
    """`GET /instance/connectionState`."""

    instance: StateAnswer


class InstanceAnswer(msgspec.Struct):
    """One row of `GET /instance/fetchInstances`."""

    ownerJid: str | None = None  # noqa: N815  the wire's name
    profileName: str | None = None  # noqa: N815  the wire's name
    profilePicUrl: str | None = None  # noqa: N815  the wire's name


def qr_of(code: str | None, image: str | None) -> Qr | None:
    """A QR code that can be shown, or None when it is not there yet or is no picture."""
    if not code or not image or len(image) > IMAGE_CHARACTERS_MAX or not IMAGE.fullmatch(image):
        return None
    return Qr(code=clean(code, 4096), image=image)


def owner_of(jid: str | None, name: str | None, picture_url: str | None) -> Owner | None:
    """The phone with this WhatsApp id, or None when the id is no telephone number."""
    match = NUMBER_JID.fullmatch(jid or "")
    if match is None:
        return None
    return Owner(
        number=match[1],
        jid=f"{match[1]}@s.whatsapp.net",
        name=clean(name, 255) if name else None,
        picture_url=clean(picture_url, 2048) if picture_url else None,
    )


def clean(text: str, characters_max: int) -> str:
    """The text as PostgreSQL can store it, cut to a length."""
    return text.replace("\x00", "")[:characters_max]
