"""The decisions of this backend, each a small function, in one value that is handed to whoever needs one.

What is decided here can be decided differently without touching what carries it out: the composition root takes a
`Seams`, and `dataclasses.replace(CLEAN, …)` is a backend with one other habit.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channel_backend.access import may_keep_channels, own_tenant, room_of
from channel_backend.announcing import Announcement, once
from channel_backend.channel import Addressee, Channel
from channel_backend.correlation import Directory, find_addressee, instance_name
from channel_backend.dedupe import webhook_mark
from channel_backend.events import Event, Seen
from channel_backend.evolution.client import Evolution
from channel_backend.evolution.genuine import is_genuine
from channel_backend.evolution.subscription import Subscription, create_body, delete_path
from channel_backend.facts import Facts, as_read
from channel_backend.flow.opening import MakeInstance
from channel_backend.flow.removal import Remove, remove_instance
from channel_backend.flow.waiting import QrWait, until_settled
from channel_backend.flow.webhook_answers import http_status
from channel_backend.intake import Decision, believe, decide, settle
from channel_backend.login_limits import LoginPolicy, Tries, wait_before_login
from channel_backend.messages import (
    Ack,
    Change,
    MessageReported,
    as_sent,
    is_kept_early,
    merged_ack,
    message_key,
)
from channel_backend.metrics import WebhookOutcome
from channel_backend.presenting import full_channel, short_channel, usage_json
from channel_backend.standing import Standing, looks_different
from channel_backend.store.accounts import Profile
from channel_backend.store.adoption import Roster
from channel_backend.store.limits import Objection, session_objection
from channel_backend.store.usage import Usage
from channel_backend.talk import Message, message_json
from channel_backend.usage import sessions_delta


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """Every policy, by name; the defaults are the right ones."""

    # What clients see of a channel: in lists and socket events, and in answers about one.
    full_channel: Callable[[Channel], dict[str, object]] = full_channel
    short_channel: Callable[[Channel], dict[str, object]] = short_channel
    message_json: Callable[[Message], dict[str, Any]] = message_json
    # Among whose channels one is looked for that a tenant names.
    within: Callable[[int], int | None] = own_tenant
    # Whose webhooks an instance's are, and how the instance of a new channel is called (channel, tenant, name).
    find_addressee: Callable[[Directory, str], Awaitable[Addressee | None]] = find_addressee
    instance_name: Callable[[int, int, str], str] = instance_name
    # Whether a webhook comes from the server that has the tenant's key, and what it is answered.
    is_genuine: Callable[[Mapping[str, str], str, datetime], bool] = is_genuine
    http_status: Callable[[WebhookOutcome], int] = http_status
    # Which webhooks are the same: the body, the session of its header, the event's name.
    webhook_mark: Callable[[bytes, int | None, str], str] = webhook_mark
    # What an event does to a channel: order, sessions, QR codes; and what Evolution's own answer does.
    decide: Callable[[Standing, Event], Decision] = decide
    settle: Callable[[Standing, Event | None, Seen], Standing] = settle
    believe: Callable[[Standing, Event], Standing | None] = believe
    # Which messages are the same, and how far a message got when two reports differ.
    message_key: Callable[[str], str] = message_key
    merged_ack: Callable[[Ack, Ack], Ack] = merged_ack
    # Whether what is told of a message before it came is kept, and what is kept of an own one when it was sent.
    is_kept_early: Callable[[Change], bool] = is_kept_early
    as_sent: Callable[[MessageReported], MessageReported] = as_sent
    # How long a request for a QR code waits.
    until_settled: Callable[[QrWait], Awaitable[Channel]] = until_settled
    # How an instance is made (with which body, webhook included), and how it is removed when its session is ended.
    make_instance: MakeInstance = Evolution.create
    create_body: Callable[[str, Subscription], dict[str, Any]] = create_body
    remove_instance: Remove = remove_instance
    delete_path: Callable[[str], str] = delete_path
    # What speaks against one more open session, asked in the transaction that would begin it.
    session_objection: Objection = session_objection
    # How the usage of a tenant is shown, and what of a move its counter hears.
    usage_json: Callable[[Usage], dict[str, object]] = usage_json
    sessions_delta: Callable[[Standing, Standing | None], int] = sessions_delta
    # What a process does with the channels it finds when it starts.
    adopt: Callable[[Roster, datetime], Awaitable[int]] = Roster.adopt
    # How long somebody has to wait before trying to log in again, and who may change channels.
    wait_before_login: Callable[[LoginPolicy, Tries], int | None] = wait_before_login
    may_keep_channels: Callable[[Profile], bool] = may_keep_channels
    # Whether clients are told of a move, and how often they are told.
    is_news: Callable[[Standing, Standing], bool] = looks_different
    told_of: Callable[[Announcement], tuple[Announcement, ...]] = once
    # What of the facts is published as metrics.
    published: Callable[[Facts], Facts | None] = as_read
    # The room in which the sockets of a tenant are.
    room_of: Callable[[int], str] = room_of


CLEAN = Seams()
