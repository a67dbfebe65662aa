"""The bodies of the imitated server's errors, in all their shapes."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fake_evolution.errors import ApiError


def failure(status: int, message: Any, *, phrase: str | None = None) -> ApiError:
    """`{status, error, response: {message}}`; the message is an array, a nested array or a text."""
    body = {"status": status, "error": phrase or HTTPStatus(status).phrase, "response": {"message": message}}
    return ApiError(status, body)


def bad_request(*messages: Any) -> ApiError:
    """400 with an array of what was passed."""
    return failure(400, list(messages))


def invalid(problems: Sequence[str]) -> ApiError:
    """400 of a schema check: an array inside the array."""
    return failure(400, [list(problems)])


def unauthorized() -> ApiError:
    """401 with a text instead of an array."""
    return failure(401, "Unauthorized")


def forbidden(message: str) -> ApiError:
    """403."""
    return failure(403, [message])


def not_found(message: str) -> ApiError:
    """404."""
    return failure(404, [message])


def native_error(text: str) -> ApiError:
    """500 of an error that the real server's code did not raise on purpose: a text instead of an array."""
    return failure(500, text)


def database_error(text: str) -> ApiError:
    """500 with the text of the real server's database layer, in an array."""
    return failure(500, [text])


def no_such_instance(name: str) -> ApiError:
    """404 of the exists guard."""
    return not_found(f'The "{name}" instance does not exist')
