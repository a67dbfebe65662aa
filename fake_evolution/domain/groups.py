"""A WhatsApp group, as WhatsApp keeps it: one object for all its members."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

_SETTINGS = {
    "announcement": ("announce", True),
    "not_announcement": ("announce", False),
    "locked": ("restrict", True),
    "unlocked": ("restrict", False),
}
_RANKS = {"promote": "admin", "demote": None}


@dataclass(frozen=True, slots=True)
class Participant:
    """A member; `phone_number` is there where the group names its members by privacy ids."""

    jid: str
    admin: str | None = None
    phone_number: str | None = None

    def told(self) -> dict[str, Any]:
        """As the group's metadata name the member."""
        phone = {} if self.phone_number is None else {"phoneNumber": self.phone_number}
        return {"id": self.jid, **phone, "admin": self.admin}


@dataclass(slots=True)
class Group:
    """A group's metadata, its invite code and its members by jid."""

    jid: str
    subject: str
    owner: str
    created_s: int
    invite_code: str
    subject_owner: str = ""
    subject_s: int = 0
    description: str | None = None
    description_id: str | None = None
    restrict: bool = False
    announce: bool = False
    is_community: bool = False
    is_community_announce: bool = False
    ephemeral_s: int = 0
    addressing: str = "pn"
    pictures_made: int = 0
    members: dict[str, Participant] = field(default_factory=dict)

    @classmethod
    def founded(cls, jid: str, subject: str, owner: str, *, at_s: int, invite_code: str) -> Self:
        """A new group: its founder is its only member."""
        group = cls(jid, subject, owner, at_s, invite_code, subject_owner=owner, subject_s=at_s)
        group.members[owner] = Participant(owner, "superadmin")
        return group

    @classmethod
    def of_metadata(cls, told: Mapping[str, Any], *, invite_code: str) -> Self:
        """The group that these metadata describe, as the server's library words them."""
        owner, created_s = str(told.get("owner") or ""), int(told.get("creation") or 0)
        people = [
            Participant(str(one["id"]), one.get("admin"), one.get("phoneNumber"))
            for one in told.get("participants") or ()
        ]
        return cls(
            jid=str(told["id"]),
            subject=str(told.get("subject") or ""),
            owner=owner,
            created_s=created_s,
            invite_code=invite_code,
            subject_owner=str(told.get("subjectOwner") or owner),
            subject_s=int(told.get("subjectTime") or created_s),
            description=told.get("desc"),
            description_id=told.get("descId"),
            restrict=bool(told.get("restrict")),
            announce=bool(told.get("announce")),
            is_community=bool(told.get("isCommunity")),
            is_community_announce=bool(told.get("isCommunityAnnounce")),
            addressing=str(told.get("addressingMode") or "pn"),
            members={one.jid: one for one in people},
        )

    # --- changes ----------------------------------------------------------------------------------------------------

    def rename(self, subject: str, by: str, *, at_s: int) -> None:
        """Give the group another subject."""
        self.subject, self.subject_owner, self.subject_s = subject, by, at_s

    def describe(self, text: str, description_id: str) -> None:
        """Give the group a description; an empty one takes it away."""
        self.description, self.description_id = (text, description_id) if text else (None, None)

    def arrange(self, action: str) -> None:
        """Who may write (announcement) and who may change the group (locked)."""
        name, value = _SETTINGS[action]
        setattr(self, name, value)

    def change_people(self, action: str, jids: Iterable[str]) -> None:
        """Add, remove, promote or demote people; whom the change does not fit stays as he is."""
        for jid in jids:
            if action == "add":
                self.members.setdefault(jid, Participant(jid))
            elif action == "remove":
                self.members.pop(jid, None)
            elif jid in self.members:
                self.members[jid] = replace(self.members[jid], admin=_RANKS[action])

    # --- what the server is told ------------------------------------------------------------------------------------

    def metadata(self) -> dict[str, Any]:
        """All that WhatsApp tells of the group."""
        description = {} if self.description is None else {"desc": self.description, "descId": self.description_id}
        ephemeral = {"ephemeralDuration": self.ephemeral_s} if self.ephemeral_s else {}
        return {
            "id": self.jid,
            "addressingMode": self.addressing,
            **self._subject(),
            "size": len(self.members),
            "creation": self.created_s,
            "owner": self.owner,
            **description,
            "restrict": self.restrict,
            "announce": self.announce,
            "isCommunity": self.is_community,
            "isCommunityAnnounce": self.is_community_announce,
            "joinApprovalMode": False,
            "memberAddMode": False,
            **ephemeral,
            "participants": self.people(),
        }

    def infos(self, picture_url: str | None) -> dict[str, Any]:
        """The server's own selection of the metadata, without the members."""
        description = {} if self.description is None else {"desc": self.description, "descId": self.description_id}
        return {
            "id": self.jid,
            **self._subject(),
            "pictureUrl": picture_url,
            "size": len(self.members),
            "creation": self.created_s,
            "owner": self.owner,
            **description,
            "restrict": self.restrict,
            "announce": self.announce,
            "isCommunity": self.is_community,
            "isCommunityAnnounce": self.is_community_announce,
        }

    def people(self) -> list[dict[str, Any]]:
        """The members as the metadata name them."""
        return [one.told() for one in self.members.values()]

    def _subject(self) -> dict[str, Any]:
        return {"subject": self.subject, "subjectOwner": self.subject_owner, "subjectTime": self.subject_s}
