"""Keeps webhooks for good before they are acknowledged, as many in one commit as came during the last one."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from channel_backend.dedupe import Dedupe
from channel_backend.errors import NotKeptError
from channel_backend.flow.background import Background
from channel_backend.store.inbox import Webhook

log = logging.getLogger(__name__)

BATCH_MAX = 100
# A database that does not answer at all: Evolution is told to come again before it gives up by itself.
KEEP_S_MAX = 10.0


class Keeper(Protocol):
    """The inbox, as far as it takes to keep something in it."""

    async def add(self, webhooks: Sequence[Webhook]) -> set[str]:
        """Keep them for good; the marks of those that were not kept before."""


class Receiving:
    """One commit at a time; who comes meanwhile is in the next one, so that load makes batches instead of queues."""

    def __init__(
        self, inbox: Keeper, dedupe: Dedupe, background: Background, *, wake: Callable[[Webhook], None]
    ) -> None:
        self._inbox = inbox
        self._dedupe = dedupe
        self._background = background
        self._wake = wake
        self._coming: list[tuple[Webhook, asyncio.Future[bool]]] = []
        self._is_writing = False

    async def keep(self, webhook: Webhook) -> bool:
        """Return when the webhook is durable; whether it was not known before."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._coming.append((webhook, kept))
        if not self._is_writing:
            self._is_writing = True
            self._background.start(self._write(), "keep webhooks")
        try:
            async with asyncio.timeout(KEEP_S_MAX):
                return await kept
        except TimeoutError as error:
            raise NotKeptError("ERR_DATABASE_UNAVAILABLE: the event could not be stored; send it again") from error

    async def _write(self) -> None:
        try:
            while self._coming:
                batch, self._coming = self._coming[:BATCH_MAX], self._coming[BATCH_MAX:]
                await self._write_batch(batch)
        finally:
            self._is_writing = False
            for _, kept in self._coming:
                kept.cancel()

    async def _write_batch(self, batch: Sequence[tuple[Webhook, "asyncio.Future[bool]"]]) -> None:
        webhooks = list({webhook.mark: webhook for webhook, _ in batch}.values())
        known = await self._dedupe.known([webhook.mark for webhook in webhooks])
        webhooks = [webhook for webhook in webhooks if webhook.mark not in known]
        try:
            fresh = await self._inbox.add(webhooks) if webhooks else set()
        except Exception as error:  # noqa: BLE001  each of those who wait is told, and answers for itself
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(error)
            return
        self._tell(batch, fresh)
        for webhook in webhooks:
            if webhook.mark in fresh:
                self._wake(webhook)
        await self._dedupe.remember([webhook.mark for webhook in webhooks])

    def _tell(self, batch: Sequence[tuple[Webhook, "asyncio.Future[bool]"]], fresh: set[str]) -> None:
        """Of several who brought the same webhook at once, one brought news."""
        news = set(fresh)
        for webhook, kept in batch:
            if not kept.done():
                kept.set_result(webhook.mark in news)
            news.discard(webhook.mark)
