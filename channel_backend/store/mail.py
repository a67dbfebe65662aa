"""The message events of the inbox, taken many at a time in the transaction that applies them."""

from collections.abc import Sequence

from channel_backend.evolution.wire import MESSAGE_EVENTS
from channel_backend.store.claims import Work, number_of
from channel_backend.store.inbox import Kept, Webhook
from channel_backend.store.link import Connection

# Asked for in a statement of its own: what another process applied a moment ago must not look as if it waited.
_CLAIM = """
SELECT lane FROM unnest(%s::text[], %s::bigint[]) AS given (lane, number) WHERE pg_try_advisory_xact_lock(number)
"""
_DUE = """
SELECT id, lane, tenant_id, channel_id, event, session_number, body, mark, attempts FROM webhook_inbox
WHERE state = 'waiting' AND due_at <= clock_timestamp() AND lane = ANY(%s::text[]) AND event = ANY(%s::text[])
ORDER BY id LIMIT %s
"""
_SETTLE = """
UPDATE webhook_inbox SET state = 'applied', outcome = given.outcome, body = '', done_at = now()
FROM unnest(%s::bigint[], %s::text[]) AS given (id, outcome) WHERE webhook_inbox.id = given.id
"""
_NAMES = sorted(MESSAGE_EVENTS)


async def claim(link: Connection, lanes: Sequence[str]) -> list[str]:
    """Those of the lanes that are ours until the transaction ends; the others are another process's."""
    numbers = [number_of(Work.MESSAGES, lane) for lane in lanes]
    found = await link.execute(_CLAIM, (list(lanes), numbers))
    return [lane for (lane,) in await found.fetchall()]


async def due(link: Connection, lanes: Sequence[str], limit: int) -> list[Kept]:
    """The next message events of these lanes, which are claimed, oldest first."""
    found = await link.execute(_DUE, (list(lanes), _NAMES, limit))
    return [Kept(row[0], Webhook(*row[1:8]), row[8]) for row in await found.fetchall()]


async def settle(link: Connection, kept_ids: Sequence[int], outcomes: Sequence[str]) -> None:
    """Note what became of them."""
    await link.execute(_SETTLE, (list(kept_ids), list(outcomes)))
