"""Everything that can go wrong on purpose, as one tree.

FakeEvolutionError                 base; never raised itself
├── ConfigError                    an option, a file or a world is wrong: the caller's to mend, exit 4
├── JournalError                   a journal cannot be read or written
├── IllegalSignalError             something was asked of an instance that its state does not allow
├── StuckError                     virtual time has nothing left to jump to, and somebody still waits
├── LimitReachedError              a named limit is reached; the text says which, and what to do
├── UnknownInstanceError           no instance of that name (the control API's 404)
├── ThrownError                    an exception inside the imitated server; who catches it there makes an answer of it
└── ApiError                       what the imitated server answers on purpose: status and body

An injected fault is none of these (it is a journal record), nor is a bug of ours (it stays an exception of its
own kind and reaches the test that uses the fake).
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

_SHOWN_CHARACTERS = 100


class FakeEvolutionError(Exception):
    """Base of all errors that this package raises on purpose; refuses to be raised itself."""

    def __init__(self, message: str) -> None:
        if type(self) is FakeEvolutionError:
            raise TypeError("raise one of the subclasses of FakeEvolutionError")
        super().__init__(message)
        self.message = message


class ConfigError(FakeEvolutionError):
    """An option, file or world that cannot be used; the text says what was found and what is legal."""


class JournalError(FakeEvolutionError):
    """A journal that cannot be opened, or a line in its middle that is no record."""


class IllegalSignalError(FakeEvolutionError):
    """Something was asked of an instance that its state does not allow; nothing has changed."""


class StuckError(FakeEvolutionError):
    """Somebody waits in virtual time for what can never come."""


class LimitReachedError(FakeEvolutionError):
    """A named limit is reached; the text says which one."""


class UnknownInstanceError(FakeEvolutionError):
    """No instance has this name."""


class ApiError(FakeEvolutionError):
    """An answer of the imitated server that is not a success: `status` and the JSON `body` to send."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class ThrownError(FakeEvolutionError):
    """An exception inside the imitated server, in its own words; what becomes of it depends on who catches it there."""

    def __init__(self, message: str, *, name: str = "Error") -> None:
        super().__init__(message)
        self.name = name

    @property
    def told(self) -> str:
        """The exception as JavaScript prints it: its name and its text."""
        return f"{self.name}: {self.message}"


def unknown_name(what: str, found: str, known: Iterable[str]) -> str:
    """The sentence for an unknown name: what was found, the nearest known one, and all the known ones."""
    names = sorted(known)
    near = get_close_matches(found[:_SHOWN_CHARACTERS], names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return f"unknown {what} '{in_one_line(found)}'{hint} (known: {', '.join(names) or 'none'})"


def in_one_line(text: str) -> str:
    """A text as it can stand in a sentence: control characters spelled out, and not too long."""
    shown = text[:_SHOWN_CHARACTERS] + ("…" if len(text) > _SHOWN_CHARACTERS else "")
    return shown if shown.isprintable() else repr(shown)[1:-1]
