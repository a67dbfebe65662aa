"""Usage and metrics that say something else than what happened."""

import asyncio
from collections import Counter
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from channel_backend.defects.base import Defect
from channel_backend.errors import ApiError
from channel_backend.facts import Facts
from channel_backend.presenting import usage_json
from channel_backend.seams import Seams
from channel_backend.store.limits import session_objection
from channel_backend.store.usage import Usage

WRITE_S = 0.3


def _only_grows(seams: Seams) -> Seams:
    """One more for each start that was not refused, and never one less."""
    counted: Counter[int] = Counter()

    async def objection(session: AsyncSession, tenant_id: int, channel_id: int) -> ApiError | None:
        found = await session_objection(session, tenant_id, channel_id)
        counted[tenant_id] += found is None
        return found

    def shown(usage: Usage) -> dict[str, object]:
        return usage_json(replace(usage, sessions=counted[usage.tenant.id]))

    return replace(seams, session_objection=objection, usage_json=shown)


def _read_modify_write(seams: Seams) -> Seams:
    """The counter is read, and written a moment later: of starts that overlap, one counts."""
    counted: Counter[int] = Counter()
    lost: Counter[int] = Counter()

    async def objection(session: AsyncSession, tenant_id: int, channel_id: int) -> ApiError | None:
        read = counted[tenant_id]
        await asyncio.sleep(WRITE_S)
        lost[tenant_id] += counted[tenant_id] - read
        counted[tenant_id] = read + 1
        return await session_objection(session, tenant_id, channel_id)

    def shown(usage: Usage) -> dict[str, object]:
        return usage_json(replace(usage, sessions=max(0, usage.sessions - lost[usage.tenant.id])))

    return replace(seams, session_objection=objection, usage_json=shown)


def _twice(facts: Facts) -> Facts:
    return replace(facts, attempts={key: 2 * count for key, count in facts.attempts.items()})


DEFECTS = (
    Defect(
        id="usage-only-grows",
        stands_for="G7, I25",
        origin="report, gap 7; observed R8",
        seen="the plan is used up although no channel is connected",
        seams=_only_grows,
    ),
    Defect(
        id="usage-read-modify-write",
        stands_for="G7, I25",
        origin="report, gap 7; observed R8: ten starts at once count as five",
        seen="the usage shows fewer channels than are connected",
        seams=_read_modify_write,
    ),
    Defect(
        id="no-business-metrics",
        stands_for="G6, I32",
        origin="report, gap 6; observed R9",
        seen="the dashboard is empty, whatever goes wrong",
        seams=lambda seams: replace(seams, published=lambda _facts: None),
    ),
    Defect(
        id="attempts-counted-twice",
        stands_for="G6, I32",
        origin="report, gap 6: counted at the click and again at the end",
        seen="the dashboard shows twice as many connects as there were",
        seams=lambda seams: replace(seams, published=_twice),
    ),
)
