"""What a step is: a frozen dataclass whose fields are its arguments, registered by name, that acts on a stage.

    @steps("unlink")
    @dataclass(frozen=True, slots=True)
    class Unlink:
        \"\"\"The person removes the linked device on the phone.\"\"\"

        code: int = whole(401, least=400, most=599)

        def needs(self) -> frozenset[Need]:
            \"\"\"The imitated phone.\"\"\"
            return PHONE

        async def take(self, stage: Stage) -> None:
            \"\"\"Do it.\"\"\"
            await stage.phone.phone(await stage.instance(), "unlink", code=self.code)

Fields that end in `_s` are written without it and with a unit in a file: `down: 2s`.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from scenarios.errors import ScenarioError
from scenarios.registry import Registry
from scenarios.stack.controls import Link, Part

if TYPE_CHECKING:
    from scenarios.stage import Stage


class StepError(ScenarioError):
    """A step could not be done; the text says why."""


class Need(StrEnum):
    """What a step cannot do without."""

    PHONE = "the imitated phone"
    CONVERSATIONS = "an adapter that reads conversations"
    USAGE = "an adapter that reads usage"
    RECONCILING = "an adapter that has the backend reconcile"
    BACKEND = "a stack that controls the backend"
    DATABASE = "a stack that controls the database"
    REDIS = "a stack that controls redis"
    EVOLUTION_TO_BACKEND = "a stack with a hand on the link evolution-to-backend"
    BACKEND_TO_EVOLUTION = "a stack with a hand on the link backend-to-evolution"
    BACKEND_TO_DATABASE = "a stack with a hand on the link backend-to-database"
    BACKEND_TO_REDIS = "a stack with a hand on the link backend-to-redis"


LINK_NEEDS: Mapping[Link, Need] = {
    Link.EVOLUTION_TO_BACKEND: Need.EVOLUTION_TO_BACKEND,
    Link.BACKEND_TO_EVOLUTION: Need.BACKEND_TO_EVOLUTION,
    Link.BACKEND_TO_DATABASE: Need.BACKEND_TO_DATABASE,
    Link.BACKEND_TO_REDIS: Need.BACKEND_TO_REDIS,
}
PART_NEEDS: Mapping[Part, Need] = {
    Part.BACKEND: Need.BACKEND,
    Part.DATABASE: Need.DATABASE,
    Part.REDIS: Need.REDIS,
}
NOTHING: frozenset[Need] = frozenset()
PHONE = frozenset({Need.PHONE})


class Action(Protocol):
    """One thing that can be done at a moment of a journey."""

    def needs(self) -> frozenset[Need]:
        """What adapter, stack and provider must be able to do."""

    async def take(self, stage: "Stage") -> Mapping[str, Any] | None:
        """Do it; what comes back goes into its record. StepError when it cannot be done."""


steps: Registry[type[Action]] = Registry("step", "scenarios.steps")


def whole(default: int, *, least: int, most: int) -> Any:
    """A field that is a whole number within bounds."""
    return field(default=default, metadata={"least": least, "most": most})
