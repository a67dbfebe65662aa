"""Questions to WhatsApp for the routes that read and change accounts and groups, and how they tell a failure."""

from collections.abc import Iterator
from contextlib import contextmanager

from fake_evolution.answers import failure, native_error
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError, ThrownError
from fake_evolution.sending import line


async def ask(engine: Engine, name: str, method: str) -> Instance:
    """Ask WhatsApp something; the instance once the answer is there, or a ThrownError.

    `method` is the library's function that the real server calls first: an instance without a socket fails on it.
    """
    await line.ask(engine, name, method=method)
    found = engine.instances.get(name)
    if found is None:
        raise ThrownError("Connection Closed")
    return found


@contextmanager
def told_as(*texts: str, status: int = 500) -> Iterator[None]:
    """What goes wrong inside is answered with these texts and the exception as JavaScript prints it.

    What the server itself refuses is no JavaScript error, and so comes out as `[object Object]`.
    """
    try:
        yield
    except ThrownError as thrown:
        raise failure(status, [*texts, thrown.told]) from thrown
    except ApiError as refused:
        raise failure(status, [*texts, "[object Object]"]) from refused


@contextmanager
def told_natively() -> Iterator[None]:
    """What is thrown inside is caught by nobody in the real server: 500 with its text."""
    try:
        yield
    except ThrownError as thrown:
        raise native_error(thrown.message) from thrown
