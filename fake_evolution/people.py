"""People and their pictures: drawn by chance that is keyed, so the same question gives the same person."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

from fake_evolution.domain.account import first_picture
from fake_evolution.engine import Engine

if TYPE_CHECKING:
    from faker import Faker

_DRAWING = Lock()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Brazilian mobile number."""

    number: str
    name: str

    @property
    def jid(self) -> str:
        """Their WhatsApp address."""
        return f"{self.number}@s.whatsapp.net"


def person(engine: Engine, *key: str | int) -> Person:
    """The person of this key under the run's seed; all of them are on WhatsApp."""
    nobody = tuple(engine.world.whatsapp.not_on_whatsapp)
    for tries in count():
        draws = engine.rng.keyed("person", *key, *("again",) * tries)
        name = drawn_name(draws.integer(2**32))
        number = f"55{11 + draws.integer(89)}9{draws.integer(10**8):08d}"
        if not number.endswith(nobody):
            return Person(number, name)
    raise AssertionError  # count() has no end, and a world leaves at least half of all numbers


def drawn_name(seed: int) -> str:
    """A Brazilian name."""
    return _drawn(seed, lambda people: people.name())


def drawn_words(seed: int) -> str:
    """A short Brazilian sentence."""
    return _drawn(seed, lambda words: words.sentence(nb_words=6))


def _drawn(seed: int, what: Callable[["Faker"], object]) -> str:
    """Begun anew, so that what is drawn follows from the seed alone; fakes in other threads draw from it, too."""
    with _DRAWING:
        source = _source()
        source.seed_instance(seed)
        return str(what(source))


@cache
def _source() -> "Faker":
    """Made once and late: importing it takes a fifth of a second, and making one 5 ms."""
    from faker import Faker  # noqa: PLC0415  that a start need not pay

    return Faker("pt_BR")


def picture_of(engine: Engine, jid: str) -> str | None:
    """The profile picture that WhatsApp shows for a person or a group; None when there is none to see."""
    user = jid.partition("@")[0].partition(":")[0]
    if any(digits in user for digits in engine.world.whatsapp.no_picture):
        return None
    account = engine.accounts.get(user)
    return first_picture(user) if account is None else account.picture(user)
