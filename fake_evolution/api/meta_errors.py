"""The errors of /template and /business: 400 in the style of Meta's API, whatever went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fake_evolution.answers import native_error
from fake_evolution.api.call import Call
from fake_evolution.errors import ApiError, ThrownError


@contextmanager
def meta_style(call: Call, context: str) -> Iterator[None]:
    """What goes wrong inside is told in Meta's style, with the route's `context`; older versions have no such style."""
    try:
        yield
    except ThrownError as thrown:
        if not call.engine.profile.meta_style_errors:
            raise native_error(thrown.message) from thrown
        raise ApiError(400, _body(call, context, thrown.message)) from thrown
    except ApiError as refused:
        if not call.engine.profile.meta_style_errors:
            raise
        raise ApiError(400, _body(call, context, refused.body["response"]["message"])) from refused


def _body(call: Call, context: str, message: Any) -> dict[str, Any]:
    details = {
        "whatsapp_error": message,
        "whatsapp_code": "UNKNOWN_ERROR",
        "error_user_title": message,
        "error_user_msg": message,
        "error_type": "UNKNOWN",
        "error_subcode": None,
        "fbtrace_id": None,
        "context": context,
        "type": "whatsapp_api_error",
    }
    return {
        "status": 400,
        "error": "Bad Request",
        "message": message,
        "details": details,
        "timestamp": call.engine.now_iso(),
    }
