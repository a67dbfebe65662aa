"""What WhatsApp itself keeps of an account, beside the server's database: profile, privacy, blocked jids and groups."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Account:
    """The WhatsApp side of one paired phone; lives as long as the fake."""

    status_text: str = ""
    picture_url: str | None = None
    privacy: dict[str, str] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)  # group jid → its metadata, as the server shows it
