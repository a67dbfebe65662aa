"""Contacts, tickets and messages in the database: one message a tenant and key, whatever is reported how often."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from channel_backend.announcing import Announcement
from channel_backend.channel import Addressee
from channel_backend.correspondence import Early, MergeAcks, action_of, first_content, improved, told_early
from channel_backend.messages import Ack, AckReported, Change, MessageEvent, MessageReported, Party, is_kept_early
from channel_backend.metrics import WebhookOutcome
from channel_backend.store import conversation_sql as sql
from channel_backend.store.link import Connection
from channel_backend.talk import Message, Ticket, message_told

Place = tuple[int, str]

# Made from the columns of a row, whose number the type checker does not know.
_message: Callable[..., Message] = Message
_ticket: Callable[..., Ticket] = Ticket


@dataclass(frozen=True, slots=True)
class Report:
    """Something told of a message of this tenant and channel; `key` is under which the tenant has it once."""

    to: Addressee
    event: MessageEvent
    key: str

    @property
    def place(self) -> Place:
        """Which message it is about."""
        return self.to.tenant_id, self.key


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a report, and the message as it stands then, if it is there."""

    outcome: WebhookOutcome
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class _Talk:
    """A message in its ticket."""

    message: Message
    ticket: Ticket


@dataclass(slots=True)
class _Known:
    """What the database has of the messages that are reported of; nobody else changes it meanwhile."""

    talks: dict[Place, _Talk]
    early: dict[Place, Early]
    channels: set[int]


@dataclass(frozen=True, slots=True)
class Conversations:
    """Applies any number of reports in a transaction of the caller's, with what tenants are told about them."""

    merged: MergeAcks
    key_of: Callable[[str], str]
    is_kept_early: Callable[[Change], bool] = is_kept_early

    async def apply(self, link: Connection, told: Sequence[tuple[Addressee, MessageEvent]]) -> list[Result]:
        """What became of each, in the order given; a message that is told of twice is taken in two goes."""
        reports = [Report(to, event, self.key_of(event.message_id)) for to, event in told]
        results: list[Result] = []
        while reports:
            go = _apart(reports)
            results += await self._go(link, reports[:go])
            reports = reports[go:]
        return results

    async def answered(self, link: Connection, tenant_id: int, ticket_id: int) -> None:
        """Somebody answered: the ticket is open, and nothing in it unread."""
        await link.execute(sql.ANSWERED, (ticket_id, tenant_id))

    async def _go(self, link: Connection, reports: Sequence[Report]) -> list[Result]:
        known = await _read(link, reports)
        work = _Work(self, known)
        results = [work.take(report) for report in reports]
        added = await work.write(link)
        for place, report in enumerate(reports):
            if (talk := added.get(report.place)) is not None:
                results[place] = replace(results[place], message=talk.message)
        return results


class _Work:
    """Decides about reports, each of another message, and writes all that was decided."""

    def __init__(self, rules: Conversations, known: _Known) -> None:
        self._rules = rules
        self._known = known
        self._new: list[Report] = []
        self._changed: list[tuple[str, _Talk]] = []
        self._early: dict[Place, Early] = {}

    def take(self, report: Report) -> Result:
        """What is to become of a report."""
        event, talk = report.event, self._known.talks.get(report.place)
        if isinstance(event, MessageReported):
            if talk is None:
                return self._add(report)
            if event.from_me:
                talk = self._improve(talk, AckReported(event.message_id, event.ack))
            return Result(WebhookOutcome.DUPLICATE, talk.message)
        is_news = self._keep_early(report.place, event) if talk is None else self._improve(talk, event) is not talk
        return Result(WebhookOutcome.APPLIED if is_news else WebhookOutcome.DUPLICATE)

    async def write(self, link: Connection) -> dict[Place, _Talk]:
        """Write it, announcements included; the messages that are new."""
        places = [report.place for report in self._new]
        late = [place for place in places if place in self._known.early]
        async with link.pipeline():
            added = await link.execute(sql.ADD, _columns(15, map(self._row, self._new))) if self._new else None
            if self._changed:
                await link.execute(sql.CHANGE, _columns(5, (_change(talk.message) for _, talk in self._changed)))
            if self._early:
                await link.execute(sql.KEEP_EARLY, _columns(5, map(_early_row, self._early.items())))
            if late:
                await link.execute(sql.FORGET_EARLY, _columns(2, late))
        talks = [_talk(row) for row in await added.fetchall()] if added is not None else []
        told = [*(("new", talk) for talk in talks), *self._changed]
        await announce(link, [message_told(action, talk.message, talk.ticket) for action, talk in told])
        return {(talk.message.tenant_id, talk.message.message_id): talk for talk in talks}

    def _add(self, report: Report) -> Result:
        if report.to.channel_id not in self._known.channels:
            return Result(WebhookOutcome.IGNORED)
        self._new.append(report)
        return Result(WebhookOutcome.APPLIED)

    def _improve(self, talk: _Talk, change: Change) -> _Talk:
        message = improved(talk.message, change, self._rules.merged)
        if message == talk.message:
            return talk
        self._changed.append((action_of(change), after := replace(talk, message=message)))
        return after

    def _keep_early(self, place: Place, change: Change) -> bool:
        if not self._rules.is_kept_early(change):
            return False
        before = self._known.early.get(place, Early())
        after = told_early(before, change, self._rules.merged)
        if place not in self._known.early or after != before:
            self._early[place] = after
        return after != before

    def _row(self, report: Report) -> tuple[object, ...]:
        event, to = report.event, report.to
        assert isinstance(event, MessageReported)  # noqa: S101  nothing else is new
        content = first_content(event, self._known.early.get(report.place), self._rules.merged)
        party = event.party
        return (
            *(to.tenant_id, to.channel_id, party.jid, party.number, party.name, party.is_group),
            *(report.key, content.body, event.media_type, event.from_me, event.participant),
            *(content.ack.value, content.is_edited, content.is_deleted, event.sent_at or datetime.now(UTC)),
        )


async def announce(link: Connection, announcements: Sequence[Announcement]) -> None:
    """Put them behind what the tenants are to be told already."""
    if announcements:
        rows = ((one.tenant_id, one.channel_id, one.name, _json(one.payload)) for one in announcements)
        await link.execute(sql.ANNOUNCE, _columns(4, rows))


async def _read(link: Connection, reports: Sequence[Report]) -> _Known:
    """Everything the reports are about, locked."""
    keys = _columns(2, (report.place for report in reports))
    wanted = sorted({report.to.channel_id for report in reports if isinstance(report.event, MessageReported)})
    async with link.pipeline():
        await link.execute(sql.LOCK, keys)
        talks = await link.execute(sql.READ, keys)
        early = await link.execute(sql.EARLY, keys)
        channels = await link.execute(sql.CHANNELS, (wanted,))
    return _Known(
        talks={(row[4], row[1]): _talk(row) for row in await talks.fetchall()},
        early={(row[0], row[1]): Early(Ack(row[2]), row[3], row[4]) for row in await early.fetchall()},
        channels={row[0] for row in await channels.fetchall()},
    )


def _apart(reports: Sequence[Report]) -> int:
    """How many of the first reports are about a message each."""
    places: set[Place] = set()
    for count, report in enumerate(reports):
        if report.place in places:
            return count
        places.add(report.place)
    return len(reports)


def _talk(row: Sequence[Any]) -> _Talk:
    message, ticket, party = row[:13], row[13:21], row[21:]
    return _Talk(_message(*message[:9], Ack(message[9]), *message[10:]), _ticket(*ticket, Party(*party)))


def _change(message: Message) -> tuple[object, ...]:
    return message.id, message.body, message.ack.value, message.is_edited, message.is_deleted


def _early_row(kept: tuple[Place, Early]) -> tuple[object, ...]:
    place, early = kept
    return (*place, early.ack.value, early.body, early.is_deleted)


def _columns(count: int, rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as the columns that `unnest` puts together again."""
    columns: list[list[Any]] = [[] for _ in range(count)]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return columns


def _json(payload: dict[str, Any]) -> str:
    return msgspec.json.encode(payload).decode()
