"""Whose an Evolution instance is; its name is stored before Evolution hears it, and never used twice."""

import re
from typing import Protocol

from channel_backend.channel import Addressee

CHANNEL_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class Directory(Protocol):
    """Where channels are looked up."""

    async def addressee(self, *, channel_id: int | None = None, instance: str | None = None) -> Addressee | None:
        """By the channel's id, or by the stored name of its instance."""


def instance_name(channel_id: int, _tenant_id: int, _channel_name: str) -> str:
    """An instance is called by its channel's id: ids are never used again, names of channels are."""
    return str(channel_id)


async def find_addressee(directory: Directory, instance: str) -> Addressee | None:
    """A number is a channel's id, any other name is looked up as stored."""
    if CHANNEL_ID.fullmatch(instance):
        return await directory.addressee(channel_id=int(instance))
    return await directory.addressee(instance=instance)
