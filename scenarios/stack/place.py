"""Where the fake listens, so that the backend under test can reach it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from scenarios.registry import Registry

from .choices import StackChoices

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class FakePlace:
    """The address to listen on, and under which name the backend sees it when that is another."""

    host: str = LOOPBACK
    port: int = 0
    seen_as: str | None = None
    url: str | None = None

    def as_the_backend_sees(self, listening: str) -> str:
        """The fake's URL for the backend, from the one where it listens."""
        if self.url is not None:
            return self.url
        return listening if self.seen_as is None else f"http://{self.seen_as}:{urlsplit(listening).port}"


places: Registry[Callable[[StackChoices], FakePlace]] = Registry("place", "scenarios.stack")


def fake_place(stack: str, choices: StackChoices) -> FakePlace:
    """Where the fake has to listen for a stack of that name: on loopback unless the stack or the person says more."""
    if stack in places.names():
        return places.find(stack)(choices)
    return FakePlace(choices.fake_host or LOOPBACK, choices.fake_port, url=choices.fake_url)
