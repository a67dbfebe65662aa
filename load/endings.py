"""How the Locust process says that it ended; numbers that Locust itself does not use."""

from enum import IntEnum

from fake_evolution import FakeEvolutionError
from load.errors import LoadError, UnreachableError
from load.tally import Tally
from scenarios.adapters.base import AdapterError
from scenarios.errors import ScenarioError


class Ending(IntEnum):
    """The exit codes of the Locust process."""

    DONE = 0
    UNREACHABLE = 71
    MISUSED = 72
    BROKEN = 73
    CUT_OFF = 74

    @classmethod
    def of_opening(cls, error: Exception) -> "Ending":
        """Why the stage did not open: the backend, what was asked for, or a bug of ours."""
        if isinstance(error, AdapterError | UnreachableError):
            return cls.UNREACHABLE
        return cls.MISUSED if isinstance(error, LoadError | ScenarioError | FakeEvolutionError) else cls.BROKEN

    @classmethod
    def of_tally(cls, tally: Tally) -> "Ending":
        """A bug outweighs everything; then whether every planned journey came to its own end."""
        if tally.broken:
            return cls.BROKEN
        return cls.DONE if tally.ended - tally.cut_off >= tally.planned else cls.CUT_OFF
