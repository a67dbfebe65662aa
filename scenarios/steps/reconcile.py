"""The owner of the backend has counters put right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.adapters.base import Reconciling
from scenarios.stage import Stage

from .base import Need, steps


@steps("reconcile")
@dataclass(frozen=True, slots=True)
class Reconcile:
    """The owner of the backend has it compare its counters and channels with what is so."""

    def needs(self) -> frozenset[Need]:
        """A backend that can be told to."""
        return frozenset({Need.RECONCILING})

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Tell it to, for the channel's tenant; the record has what it says it did."""
        adapter = stage.page.adapter
        assert isinstance(adapter, Reconciling)  # noqa: S101  refused before the run started
        answer = await adapter.reconcile(stage.tenant)
        return {"status_code": answer.status_code, "body": answer.body}
