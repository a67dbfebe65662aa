"""What WhatsApp itself keeps of an account, beside the server's database: profile, privacy, blocked jids and groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fake_evolution.domain.groups import Group

PRIVACY = ("readreceipts", "profile", "status", "online", "last", "groupadd")
"""The six privacy settings, in the order in which the server tells them."""

DEVICE = 7
"""The number of the linked device that the server is; part of its own address in a few answers."""


@dataclass(slots=True)
class Account:
    """The WhatsApp side of one paired phone; lives as long as the fake."""

    status_text: str = "Hey there"
    status_set_at: str = "1970-01-01T00:00:00.000Z"
    pictures_made: int = 0  # how often a picture was set
    shows_picture: bool = True
    privacy: dict[str, str] = field(default_factory=lambda: dict.fromkeys(PRIVACY, "all"))
    blocked: set[str] = field(default_factory=set)
    groups: dict[str, Group] = field(default_factory=dict)  # by jid; a group is one object for all its members

    def picture(self, user: str) -> str | None:
        """The address of the profile picture; a new picture has a new address."""
        if not self.shows_picture:
            return None
        return f"{first_picture(user)}&v={self.pictures_made}" if self.pictures_made else first_picture(user)

    def keep_privacy(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Take over all six settings, as they are told afterwards."""
        self.privacy = {name: settings[name] for name in PRIVACY}
        return dict(self.privacy)


def first_picture(user: str) -> str:
    """The address of the picture that everybody and every group has from the beginning."""
    return f"https://pps.whatsapp.net/v/t61.24694-24/{user}_n.jpg?ccb=11-4&oh=01&oe=68"
