"""groups.upsert, groups.update and group-participants.update."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class GroupsUpsert(Event):
    """The account is in groups that are new to the server."""

    NAME: ClassVar[str] = "groups.upsert"
    groups: Sequence[Mapping[str, Any]]

    def data(self) -> Any:
        """An array of whole metadata."""
        return [dict(group) for group in self.groups]


@dataclass(frozen=True, slots=True)
class GroupsUpdate(Event):
    """Something of groups changed; no webhook can ask for it, because its name is misspelt in the server (Q4)."""

    NAME: ClassVar[str] = "groups.update"
    changes: Sequence[Mapping[str, Any]]

    def data(self) -> Any:
        """An array of partial metadata."""
        return [dict(change) for change in self.changes]


@dataclass(frozen=True, slots=True)
class GroupParticipantsUpdate(Event):
    """People came, went or changed their rank; `people` is None where the server could not look them up."""

    NAME: ClassVar[str] = "group-participants.update"
    change: Mapping[str, Any]
    people: Sequence[Mapping[str, Any]] | None = None

    def data(self) -> Any:
        """`{id, author?, participants, action, participantsData?}`."""
        people = {} if self.people is None else {"participantsData": [dict(one) for one in self.people]}
        return {**self.change, **people}
