"""What this backend is for, put together: webhooks in, channels moved, tenants told."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend.announcing import Announcer
from channel_backend.config import Config
from channel_backend.dedupe import Dedupe
from channel_backend.evolution.client import Evolution
from channel_backend.flow.applying import Applying
from channel_backend.flow.background import Background
from channel_backend.flow.batches import Batches
from channel_backend.flow.failing import Failing
from channel_backend.flow.inbound import Inbound, Queues
from channel_backend.flow.lanes import Lanes, Queue
from channel_backend.flow.mailing import Mailing
from channel_backend.flow.openings import Openings
from channel_backend.flow.receiving import Receiving
from channel_backend.flow.removal import Rest
from channel_backend.flow.removing import Removing
from channel_backend.flow.sessions import Sessions
from channel_backend.flow.sweeping import Chore, Sweeping
from channel_backend.flow.talking import Talking
from channel_backend.flow.telling import Telling
from channel_backend.flow.tidying import Tidying
from channel_backend.flow.watchdog import Watchdog
from channel_backend.flow.working import Working
from channel_backend.metrics import Metrics
from channel_backend.seams import Seams
from channel_backend.signals import Signals
from channel_backend.store.accounts import Accounts
from channel_backend.store.archive import Archive
from channel_backend.store.book import Book, Counted, Told
from channel_backend.store.claims import Claims, Work
from channel_backend.store.conversations import Conversations
from channel_backend.store.inbox import Inbox
from channel_backend.store.link import Link
from channel_backend.store.outbox import Outbox
from channel_backend.store.removals import Removals

# More would only make webhooks wait: for the processor, or for a connection to the database.
EVENTS_AT_ONCE_MAX = 4
LANES_AT_ONCE_MAX = 500
# What is not applied by then is applied after the next start.
FINISH_S_MAX = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What the core is built on."""

    config: Config
    engine: AsyncEngine
    redis: Redis
    evolution: Evolution
    announcer: Announcer
    metrics: Metrics
    count: Counted
    webhook_url: str
    rest: Rest
    seams: Seams


@dataclass(frozen=True, slots=True)
class Links:
    """Connections of their own: to keep webhooks, to work on messages, to announce."""

    keeping: Link
    mailing: Link
    telling: Link

    async def close(self) -> None:
        """Drop them."""
        for link in (self.keeping, self.mailing, self.telling):
            await link.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The parts that do the work."""

    accounts: Accounts
    book: Book
    sessions: Sessions
    applying: Applying
    inbound: Inbound
    openings: Openings
    talking: Talking
    seams: Seams
    signals: Signals
    background: Background
    claims: Claims
    links: Links
    watchdog: Watchdog
    sweeping: Sweeping

    def tasks(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        """What goes on as long as the process lives, by name."""
        return {"watchdog": self.watchdog.run, "sweeping": self.sweeping.run}

    async def close(self) -> None:
        """Wake whoever waits, let events be applied that are at hand, stop what works behind, give back claims."""
        self.signals.close()
        try:
            async with asyncio.timeout(FINISH_S_MAX):
                await self.inbound.settled()
        except TimeoutError:
            log.info("events are left to the next process")
        await self.background.close()
        await self.claims.close()
        await self.links.close()


def build_core(given: Given) -> Core:
    """Put the parts together."""
    engine, seams, patience = given.engine, given.seams, given.config.patience
    url = given.config.database_url
    signals, background, claims = Signals(), Background(), Claims(url)
    links = Links(Link(url), Link(url), Link(url))
    accounts, outbox, inbox, removals = Accounts(engine), Outbox(engine), Inbox(engine, links.keeping), Removals(engine)
    telling = Telling(links.telling, given.announcer, seams.told_of)
    announcements = Batches("announcements", telling.take, background)
    book = _book(given, outbox, signals, announcements.wake)
    applying = Applying(book, given.evolution, patience, seams)
    talk = Conversations(seams.merged_ack, seams.message_key, seams.is_kept_early)
    workers = _Workers(Failing(inbox, given.metrics), applying, talk, announcements.wake)
    queues = _queues(workers, given.metrics, links, claims, background)
    receiving = Receiving(inbox, Dedupe(given.redis, given.config.dedupe_window_s), background, wake=queues.wake)
    archive = Archive(engine)
    openings = Openings(
        *(book, accounts, given.evolution, removals, claims, background),
        webhook_url=given.webhook_url,
        rest=given.rest,
        make_instance=seams.make_instance,
    )
    chores: dict[str, Chore] = {
        "events": partial(_wake_events, inbox, queues),
        "announcements": partial(_wake_tenants, outbox, announcements),
        "openings": openings.take_over,
        "removals": Removing(removals, given.evolution, claims, given.rest).sweep,
        "old rows": Tidying(inbox, outbox, archive, given.config).sweep,
    }
    return Core(
        accounts=accounts,
        book=book,
        sessions=_sessions(given, book, openings, applying, signals),
        applying=applying,
        inbound=Inbound(book, accounts, applying, receiving, background, seams, queues),
        seams=seams,
        openings=openings,
        talking=Talking(
            *(book, archive, talk, given.evolution, links.mailing),
            tell=announcements.wake,
            as_sent=seams.as_sent,
        ),
        signals=signals,
        background=background,
        claims=claims,
        links=links,
        watchdog=Watchdog(book, applying, interval_s=given.config.sweep_interval_s),
        sweeping=Sweeping(chores, interval_s=given.config.sweep_interval_s),
    )


def _sessions(given: Given, book: Book, openings: Openings, applying: Applying, signals: Signals) -> Sessions:
    return Sessions(
        *(book, openings, given.evolution, applying, signals),
        qr_wait_s=given.config.qr_wait_s,
        rest=given.rest,
        until_settled=given.seams.until_settled,
        session_objection=given.seams.session_objection,
        remove_instance=given.seams.remove_instance,
    )


def _book(given: Given, outbox: Outbox, signals: Signals, tell: Told) -> Book:
    seams = given.seams
    return Book(
        *(given.engine, outbox, signals, given.config.patience),
        tell=tell,
        count=given.count,
        delta=seams.sessions_delta,
        named=seams.instance_name,
        shown=seams.full_channel,
        within=seams.within,
        is_news=seams.is_news,
    )


@dataclass(frozen=True, slots=True)
class _Workers:
    failing: Failing
    applying: Applying
    talk: Conversations
    tell: Told


def _queues(workers: _Workers, metrics: Metrics, links: Links, claims: Claims, background: Background) -> Queues:
    inbox = workers.failing.inbox
    working = Working(inbox, workers.applying, workers.failing, metrics)
    mailing = Mailing(links.mailing, workers.talk, workers.failing, metrics, workers.tell)
    events = Queue(Work.EVENTS, working.drain, inbox.is_due)
    return Queues(
        Lanes(events, claims, background, at_once_max=EVENTS_AT_ONCE_MAX),
        Batches("messages", mailing.take, background),
    )


async def _wake_events(inbox: Inbox, queues: Queues) -> None:
    for lane, is_mail in await inbox.due_lanes(LANES_AT_ONCE_MAX):
        queues.wake_lane(lane, is_mail=is_mail)


async def _wake_tenants(outbox: Outbox, announcements: Batches[int]) -> None:
    for tenant_id in await outbox.waiting_tenants():
        announcements.wake(tenant_id)
