"""One click of a person and its answer, both on record."""

from collections.abc import Awaitable, Mapping
from typing import Any

from scenarios.adapters.base import Answer
from scenarios.page import Page, View
from scenarios.sighting import Via

_IMAGE_MARK = "data:image/"
_MARK_CHARS = 64


async def click(
    page: Page,
    view: View | None,
    *,
    journey: str,
    action: str,
    call: Awaitable[Answer],
    clicked_s: float | None = None,
) -> Answer:
    """Click, and look at what the answer shows; without a view the click is about no channel yet."""
    asked_s = page.clock.now() if clicked_s is None else clicked_s
    about: dict[str, Any] = {
        "phase": page.phase,
        "journey": journey,
        "channel": None if view is None else view.channel.id,
        "action": action,
    }
    page.recorder.write("click", **about)
    answer = await call
    page.recorder.write(
        "reply",
        **about,
        status_code=answer.status_code,
        duration_s=answer.duration_s,
        error=answer.error,
        body=without_images(answer.body),
    )
    if view is not None and answer.seen is not None:
        view.observe(answer.seen, via=Via.REPLY, at_s=page.clock.now(), asked_s=asked_s, action=action)
    return answer


def without_images(value: Any) -> Any:
    """The same JSON value with every image in it replaced by `<png>`."""
    match value:
        case str() if _IMAGE_MARK in value[:_MARK_CHARS]:
            return "<png>"
        case Mapping():
            return {key: without_images(item) for key, item in value.items()}
        case list() | tuple():
            return [without_images(item) for item in value]
        case _:
            return value
