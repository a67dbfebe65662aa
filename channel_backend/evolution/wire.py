"""Reads what Evolution posts: bytes to events, wrong shapes to one line with the field path."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from channel_backend.errors import MalformedWebhookError
from channel_backend.events import Event, QrReported, StateReported
from channel_backend.evolution.answers import owner_of, qr_of
from channel_backend.evolution.decoding import decoded, mended
from channel_backend.evolution.message_wire import read_deletion, read_protocol, read_record, read_update
from channel_backend.messages import MessageEvent
from channel_backend.status import ChannelStatus, from_evolution

NAME_CHARACTERS_MAX = 255
SESSION_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Envelope(msgspec.Struct):
    """What is around every event."""

    instance: str
    event: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")
    date_time: Any = None


class ConnectionData(msgspec.Struct):
    """`connection.update`."""

    state: str
    instance: str | None = None
    wuid: str | None = None
    profileName: str | None = None  # noqa: N815  the wire's name
    profilePictureUrl: str | None = None  # noqa: N815  the wire's name


class QrObject(msgspec.Struct):
    """The inner object of `qrcode.updated`."""

    code: str
    base64: str
    instance: str | None = None


class QrData(msgspec.Struct):
    """`qrcode.updated`: a QR code, or word that there will be no more (then with a status code and no QR code)."""

    qrcode: QrObject | None = None
    statusCode: int | None = None  # noqa: N815  the wire's name


class StatusData(msgspec.Struct):
    """`status.instance`."""

    status: str
    instance: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A webhook body that is well-formed as far as the envelope goes."""

    instance: str
    name: str
    data: bytes
    at: datetime | None
    session: int | None


def read_envelope(body: bytes, *, slug: str | None, session_header: str | None) -> Posted:
    """The envelope; the event's name comes from the body, or else from the last part of the URL."""
    envelope = decoded(mended(body), Envelope, "body")
    if not envelope.instance or len(envelope.instance) > NAME_CHARACTERS_MAX or "\x00" in envelope.instance:
        msg = f"instance: expected 1 to {NAME_CHARACTERS_MAX} characters"
        raise MalformedWebhookError(msg)
    name = envelope.event or slug
    if not name:
        raise MalformedWebhookError("event: expected a name, found none in the body nor in the URL")
    return Posted(
        instance=envelope.instance,
        name=_plain_name(name),
        data=bytes(envelope.data),
        at=source_time(envelope.date_time),
        session=_session(session_header),
    )


def read_event(posted: Posted) -> Event | MessageEvent | None:
    """The event inside, or None for one this backend has no use for."""
    if posted.name in _MESSAGE_READERS:
        return _MESSAGE_READERS[posted.name](posted.data)
    reader = _READERS.get(posted.name)
    return None if reader is None else reader(posted)


def source_time(text: object) -> datetime | None:
    """Evolution's `date_time` as a point on its own clock: local time, whatever the Z says."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _connection(posted: Posted) -> Event:
    data = decoded(posted.data, ConnectionData, "data")
    _same_instance(posted, data.instance, "data.instance")
    return StateReported(
        status=from_evolution(data.state),
        word=data.state,
        session=posted.session,
        at=posted.at,
        owner=owner_of(data.wuid, data.profileName, data.profilePictureUrl),
    )


def _qrcode(posted: Posted) -> Event:
    data = decoded(posted.data, QrData, "data")
    if data.qrcode is None:
        if data.statusCode is None:
            raise MalformedWebhookError("data.qrcode: expected an object, found none")
        return StateReported(ChannelStatus.ERROR, "refused", session=posted.session, at=posted.at)
    _same_instance(posted, data.qrcode.instance, "data.qrcode.instance")
    qr = qr_of(data.qrcode.code, data.qrcode.base64)
    if qr is None:
        raise MalformedWebhookError("data.qrcode: expected a code, and in base64 the data URL of its image")
    return QrReported(replace(qr, at=posted.at), session=posted.session)


def _status(posted: Posted) -> Event | None:
    data = decoded(posted.data, StatusData, "data")
    _same_instance(posted, data.instance, "data.instance")
    return _gone(posted) if data.status == "closed" else None


def _gone(posted: Posted) -> Event:
    return StateReported(ChannelStatus.DISCONNECTED, "close", session=posted.session, at=posted.at)


_READERS: dict[str, Callable[[Posted], Event | None]] = {
    "connection.update": _connection,
    "qrcode.updated": _qrcode,
    "status.instance": _status,
    "logout.instance": _gone,
    "remove.instance": _gone,
}

_MESSAGE_READERS: dict[str, Callable[[bytes], MessageEvent | None]] = {
    "messages.upsert": read_record,
    "send.message": read_record,
    "messages.update": read_update,
    "messages.edited": read_protocol,
    "send.message.update": read_protocol,
    "messages.delete": read_deletion,
}
MESSAGE_EVENTS = frozenset(_MESSAGE_READERS)


def _plain_name(name: str) -> str:
    """The dotted name, whichever of the three spellings came (`QRCODE_UPDATED`, `qrcode-updated`)."""
    return name[:NAME_CHARACTERS_MAX].lower().replace("_", ".").replace("-", ".")


def _session(header: str | None) -> int | None:
    return int(header) if header is not None and SESSION_NUMBER.fullmatch(header) else None


def _same_instance(posted: Posted, named: str | None, path: str) -> None:
    if named is not None and named != posted.instance:
        msg = f"{path}: {named[:80]!r} is not the instance of the envelope, {posted.instance[:80]!r}"
        raise MalformedWebhookError(msg)
