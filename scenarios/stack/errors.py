"""What can go wrong while a system under test is brought up."""

from collections.abc import Sequence

from scenarios.errors import ScenarioError


class StackError(ScenarioError):
    """The system under test could not be brought up; the first line says what was found and what to do."""

    def __init__(self, message: str, *, log_tail: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.log_tail = tuple(log_tail)

    def __str__(self) -> str:
        message = str(self.args[0])
        if not self.log_tail:
            return message
        return "\n".join([message, "last lines of its log:", *(f"  {line}" for line in self.log_tail)])


class BackendFailedError(StackError):
    """The backend came to its end by itself while it was brought up: that is a verdict on it, and no bad input."""
