"""Rows to values and back: the only place that knows both."""

import dataclasses
from typing import Any

from channel_backend.channel import Channel, Settings
from channel_backend.events import Owner, Qr
from channel_backend.patience import Deadlines
from channel_backend.standing import Standing
from channel_backend.status import ChannelStatus
from channel_backend.store.tables import ChannelRow

SETTINGS_FIELDS = tuple(field.name for field in dataclasses.fields(Settings))


def channel_of(row: ChannelRow) -> Channel:
    """The channel in this row."""
    return Channel(
        id=row.id,
        tenant_id=row.tenant_id,
        instance=row.provider_instance_name,
        settings=Settings(**{name: getattr(row, name) for name in SETTINGS_FIELDS}),
        standing=_standing_of(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
        provider_present=row.provider_present,
        revision=row.revision,
        opening=row.opening_session,
        deadlines=Deadlines(row.check_at, row.give_up_at),
    )


def write_channel(row: ChannelRow, channel: Channel) -> None:
    """Everything of the channel that may change, into its row."""
    for name in SETTINGS_FIELDS:
        setattr(row, name, getattr(channel.settings, name))
    _write_standing(row, channel.standing)
    row.provider_present = channel.provider_present
    row.revision = channel.revision
    row.opening_session = channel.opening
    row.check_at = channel.deadlines.check_at
    row.give_up_at = channel.deadlines.give_up_at
    row.updated_at = channel.updated_at


def _standing_of(row: ChannelRow) -> Standing:
    return Standing(
        status=ChannelStatus(row.status),
        session=row.session_number,
        live=row.session_live,
        linked=row.session_linked,
        clock=row.source_clock,
        qr=_qr_of(row),
        last_code=row.qr_last_code,
        owner=Owner(**row.owner) if row.owner else None,
        reason=row.reason,
    )


def _write_standing(row: ChannelRow, standing: Standing) -> None:
    row.status = standing.status.value
    row.session_number = standing.session
    row.session_live = standing.live
    row.session_linked = standing.linked
    row.source_clock = standing.clock
    row.qr_image = standing.qr.image if standing.qr else None
    row.qr_code = standing.qr.code if standing.qr else None
    row.qr_at = standing.qr.at if standing.qr else None
    row.qr_last_code = standing.last_code
    row.owner = _owner_json(standing.owner)
    row.reason = standing.reason


def _qr_of(row: ChannelRow) -> Qr | None:
    if row.qr_code is None or row.qr_image is None:
        return None
    return Qr(code=row.qr_code, image=row.qr_image, at=row.qr_at)


def _owner_json(owner: Owner | None) -> dict[str, Any] | None:
    return None if owner is None else dataclasses.asdict(owner)
