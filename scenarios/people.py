"""Invented people: who holds the phone in each journey. Same seed, same people."""

from dataclasses import dataclass

from faker import Faker


@dataclass(frozen=True, slots=True)
class Person:
    """A WhatsApp account that exists nowhere."""

    number: str
    profile_name: str


class People:
    """People by index; asking twice for one gives the same person."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._faker = Faker("pt_BR", use_weighting=False)

    def __getitem__(self, index: int) -> Person:
        self._faker.seed_instance(f"{self._seed}:{index}")
        area = self._faker.random_int(11, 99)
        # The index is in the number, so that no two people of a run share one.
        number = f"55{area}9{self._faker.random_int(1000, 9999)}{index % 10_000:04d}"
        return Person(number=number, profile_name=self._faker.name())
