"""One call to send something: compose what was asked for, and dispatch it."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.answers import native_error
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.sending.dispatch import dispatch
from fake_evolution.sending.draft import Asked, Kind
from fake_evolution.sending.kinds import kinds

KINDS: Mapping[str, Kind] = kinds()


async def send(
    engine: Engine, name: str, action: str, body: Mapping[str, Any], *, file: bytes | None = None
) -> dict[str, Any]:
    """Send by the action of a /message route, such as `sendText`; the body is past its schema.

    The message record, or an ApiError as the real server words it.
    """
    try:
        draft = await KINDS[action].compose(Asked(engine, name, body, file))
        return await dispatch(engine, name, draft)
    except ThrownError as thrown:  # caught by nobody in the real server either
        raise native_error(thrown.message) from thrown
