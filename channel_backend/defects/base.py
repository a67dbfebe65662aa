"""What a defect is: a name, where it was seen, and the few policies that it replaces."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp.typedefs import Middleware

from channel_backend.config import Config
from channel_backend.seams import Seams


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One bug. `stands_for` names gaps and invariants, `origin` where it was found, `seen` what a user sees of it.

    `seams` replaces policies, `settings` changes settings, `around` makes something that is wrapped around every
    request; each is called once, when the process starts.
    """

    id: str
    stands_for: str
    origin: str
    seen: str
    seams: Callable[[Seams], Seams] | None = None
    settings: Callable[[Config], Config] | None = None
    around: Callable[[], Middleware] | None = None
