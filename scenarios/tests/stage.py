"""A journey on the backend in memory, in no time: what came of it, and what is on record."""

import asyncio
from collections.abc import Callable
from typing import Any

from fake_evolution import Record
from scenarios.adapters.echo import EchoAdapter
from scenarios.history import History
from scenarios.itinerary import JourneyResult, JourneySpec
from scenarios.journey import run_journey
from scenarios.page import open_page
from scenarios.timing import LoopClock


class LoopTime:
    """The running loop's time as the run's."""

    def now(self) -> float:
        """Seconds since the loop began."""
        return asyncio.get_running_loop().time()


class Notes:
    """Records, kept in a list with the loop's time."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def write(self, kind: str, **fields: Any) -> object:
        """Append a record."""
        self.records.append(Record(len(self.records) + 1, LoopTime().now(), "", kind, fields))
        return None

    @property
    def last_seq(self) -> int:
        """The number of the newest record."""
        return len(self.records)

    def history(self) -> History:
        """The records as a history."""
        return History(self.records)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The fields of all records of a kind."""
        return [record.fields for record in self.records if record.kind == kind]


def spec(**changes: Any) -> JourneySpec:
    """A journey that begins at second 1."""
    given: dict[str, Any] = {
        "journey": "journey-1",
        "channel_name": "sales",
        "intended_s": 1.0,
        "number": "5511900000001",
        "profile_name": "Ana",
    }
    return JourneySpec(**given | changes)


async def live(
    adapter: Callable[[Notes], EchoAdapter], *specs: JourneySpec, phone: Any = None
) -> tuple[list[JourneyResult], Notes]:
    """Live the journeys on one page of a fresh backend."""
    notes = Notes()
    echo, clock = adapter(notes), LoopClock(LoopTime())
    tenant = await echo.provision("shop", channels_max=100)
    async with open_page(echo, tenant, phase="told", recorder=notes, clock=clock) as page:
        await clock.sleep(1.0 - clock.now())
        journeys = (run_journey(one, page, phone=phone or echo) for one in specs)
        results = await asyncio.gather(*journeys)
    await echo.close()
    return list(results), notes
