"""What the kinds of messages have in common: how one is asked for, and what they compose of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fake_evolution.engine import Engine


class Holder(StrEnum):
    """Where the context of a message (mentions, quotes, the server's defaults) is kept, and where it shows."""

    TEXT = "text"  # shown beside the text; absent when there is none
    FORWARDED = "forwarded"  # inside the content and beside it; an empty one in groups
    PREPARED = "prepared"  # the same, but null in groups
    POLL = "poll"  # the defaults hide in messageContextInfo, a quote is inside and beside
    NOWHERE = "nowhere"  # reactions and buttons carry none


@dataclass(frozen=True, slots=True)
class Options:
    """What most kinds accept beside their content."""

    delay_s: float = 0.0
    quoted: Mapping[str, Any] | None = None
    mentions_everyone: bool = False
    mentioned: tuple[str, ...] = ()


def options_of(body: Mapping[str, Any]) -> Options:
    """The options in a body that is past its schema."""
    return Options(
        delay_s=(body.get("delay") or 0) / 1000,
        quoted=body.get("quoted") or None,
        mentions_everyone=bool(body.get("mentionsEveryOne")),
        mentioned=tuple(body.get("mentioned") or ()),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a /message route: the body past its schema, and the file of a multipart form."""

    engine: Engine
    instance: str
    body: Mapping[str, Any]
    file: bytes | None = None

    @property
    def second(self) -> int:
        """This moment in whole seconds since 1970."""
        return int(self.engine.clock.wall().timestamp())


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it has an address: `content` is a tree as in `domain.wire`, `data` the file it shows."""

    number: str
    kind: str
    content: Mapping[str, Any]
    holder: Holder = Holder.FORWARDED
    options: Options = field(default_factory=Options)
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A route of /message: its action, the real server's method for it, what composes the draft, and whether it
    takes a multipart form.
    """

    action: str
    method: str
    compose: Callable[[Asked], Awaitable[Draft]]
    takes_file: bool = False
