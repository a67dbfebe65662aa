"""How a backend is driven: one file per backend."""

from .base import (
    Adapter,
    AdapterError,
    AdapterSettings,
    Announcement,
    Answer,
    Channel,
    Credentials,
    Seen,
    Tenant,
    open_adapter,
)

__all__ = [
    "Adapter",
    "AdapterError",
    "AdapterSettings",
    "Announcement",
    "Answer",
    "Channel",
    "Credentials",
    "Seen",
    "Tenant",
    "open_adapter",
]
