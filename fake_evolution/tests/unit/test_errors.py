"""Tests of the error tree and of its sentences."""

import pytest

from fake_evolution import ConfigError, FakeEvolutionError, unknown_name
from fake_evolution.answers import (
    bad_request,
    database_error,
    forbidden,
    invalid,
    native_error,
    no_such_instance,
    unauthorized,
)
from fake_evolution.errors import ApiError


def test_base_refuses_to_be_raised() -> None:
    """Whoever raises must say which kind of error it is."""
    with pytest.raises(TypeError, match="raise one of the subclasses"):
        raise FakeEvolutionError("something")


def test_errors_keep_their_sentence() -> None:
    """The sentence is the text of the exception."""
    assert str(ConfigError("port is 70000")) == "port is 70000"


def test_unknown_name_hints_and_lists() -> None:
    """The nearest known name is offered, all are listed in order, and none is said to be none."""
    assert unknown_name("fault", "dorp", ["drop", "delay"]) == (
        "unknown fault 'dorp'; did you mean 'drop'? (known: delay, drop)"
    )
    assert unknown_name("fault", "x", []) == "unknown fault 'x' (known: none)"


def test_unknown_name_stays_in_one_line() -> None:
    """Whatever was found, the sentence has no line break and a bounded length."""
    assert unknown_name("key", "a\nb", ["c"]) == r"unknown key 'a\nb' (known: c)"
    assert unknown_name("key", "é" * 5000, ["c"]) == f"unknown key '{'é' * 100}…' (known: c)"


@pytest.mark.parametrize(
    ("error", "status", "phrase", "message"),
    [
        (bad_request("a", {"b": 1}), 400, "Bad Request", ["a", {"b": 1}]),
        (invalid(["a", "b"]), 400, "Bad Request", [["a", "b"]]),
        (unauthorized(), 401, "Unauthorized", "Unauthorized"),
        (forbidden("taken"), 403, "Forbidden", ["taken"]),
        (no_such_instance("x"), 404, "Not Found", ['The "x" instance does not exist']),
        (native_error("Timed Out"), 500, "Internal Server Error", "Timed Out"),
        (database_error("text"), 500, "Internal Server Error", ["text"]),
    ],
)
def test_bodies_of_the_servers_errors(error: ApiError, status: int, phrase: str, message: object) -> None:
    """Messages are arrays, arrays in arrays, or texts (Q6)."""
    assert error.status == status
    assert error.body == {"status": status, "error": phrase, "response": {"message": message}}
