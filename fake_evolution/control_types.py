"""What the control API takes and gives, as types: its calls check by them, its OpenAPI and its client are made of them.

Every key of a body may be left out or null unless its sentence says otherwise.
"""

from typing import Annotated, Any, Literal, TypedDict

Rows = list[dict[str, Any]]
Rules = list[dict[str, Any]]
Verdict = Literal["linked", "expired", "foreign", "repeated", "unknown"]
PhoneAction = Literal["unlink", "ban", "lose-connection", "recover", "die-silently", "next-qr"]


# --- the fake -------------------------------------------------------------------------------------------------------


class Backlog(TypedDict):
    """What the fake could not send yet."""

    webhooks: Annotated[int, "Webhooks that wait for a connection to their receiver."]
    overdue_s: Annotated[float, "For how long the earliest thing has been due; 0 while the fake keeps up."]


class Health(TypedDict):
    """Liveness, and how much is going on."""

    status: Literal["ok"]
    down: Annotated[bool, "Whether the imitated server's process is away, after a restart."]
    profile: Annotated[str, "The version that is imitated."]
    seed: Annotated[int, "The seed of all chance."]
    instances: Annotated[int, "How many instances there are."]
    waiting: Annotated[int, "Things that happen later, cancelled ones included."]
    in_flight: Annotated[int, "Attempts that wait for the answer of their receiver."]
    attempts: Annotated[int, "Attempts that have ended since the start or the last reset."]
    lateness_s_max: Annotated[float, "How late the latest attempt left, in seconds."]
    backlog: Annotated[Backlog, "What could not be sent yet."]
    journal_seq: Annotated[int, "The number of the newest record."]
    journal_full: Annotated[bool, "Whether the journal's file has reached its limit and takes no more."]
    streams: Annotated[int, "How many follow the journal right now."]


class ClockShown(TypedDict):
    """The run's time."""

    now_s: Annotated[float, "Seconds since the start of the run."]
    rate: Annotated[float, "How fast it passes: 1 is real time, 0 stands still."]
    wall: Annotated[str, "The same moment as a time of day in UTC."]


class ClockBody(TypedDict, total=False):
    """One of the two."""

    advance_s: Annotated[float, "Move the clock forward by so many seconds."]
    rate: Annotated[float, "Go on at this rate, from 0 to 10000."]


class ResetBody(TypedDict, total=False):
    """What is new; what is left out stays."""

    world: Annotated[dict[str, Any], "Another world, as a world file has it."]
    seed: Annotated[int, "Another seed."]


class ResetTold(TypedDict):
    """What goes on after a reset."""

    seed: int
    world: Annotated[dict[str, Any], "The world, with times in seconds."]


class RestartBody(TypedDict, total=False):
    """How long the server is away."""

    down_s: Annotated[float, "Seconds until it boots again, from 0 to 3600; 5 where none is given."]


class RestartTold(TypedDict):
    """When the server is back."""

    down_s: float
    back_at_s: Annotated[float, "On the run's clock."]


class WhatsAppBody(TypedDict, total=False):
    """How WhatsApp behaves from now on."""

    fail_send: Annotated[str | None, "What it says to refuse every message; null takes messages again."]
    not_on_whatsapp: Annotated[list[str], "Numbers that end so do not exist."]
    no_picture: Annotated[list[str], "Numbers with these digits in them show no profile picture."]


class RecordLine(TypedDict):
    """One record of the journal; beside these keys it has those of its kind."""

    seq: Annotated[int, "1, 2, 3 …"]
    t: Annotated[float, "Seconds since the start of the run."]
    wall: Annotated[str, "The same moment as a time of day in UTC."]
    kind: str


class JournalQuery(TypedDict, total=False):
    """Which records."""

    after: Annotated[int, "Only records after this number."]
    wait_s: Annotated[float, "With none there yet, wait up to so many real seconds (60 at most) for the next one."]
    kind: Annotated[str, "Only records of this kind."]


class StreamQuery(TypedDict, total=False):
    """Which records."""

    after: Annotated[int, "Begin after this number; the header Last-Event-ID, where there is one, wins."]
    kind: Annotated[str, "Only records of this kind."]


# --- instances and their phones -------------------------------------------------------------------------------------


class Counters(TypedDict):
    """How much an instance has seen."""

    events: Annotated[int, "Events it emitted."]
    messages: Annotated[int, "Messages that the server has stored."]
    contacts: int
    chats: int


class InstanceShown(TypedDict):
    """One instance."""

    name: str
    instance_id: str
    phase: Annotated[str, "closed, starting, qr, paired_restart, opening or open."]
    memory: Annotated[str, "The state that connectionState tells."]
    database: Annotated[str, "The state that fetchInstances tells."]
    qr_count: Annotated[int, "How many QR codes this session has shown."]
    code: Annotated[str | None, "The code that links right now; null when none does."]
    owner: Annotated[str | None, "The number of the phone that is linked."]
    webhook: Annotated[dict[str, Any] | None, "As /webhook/find answers it."]
    counters: Counters


class ScanBody(TypedDict, total=False):
    """Which code is scanned, by whose phone."""

    code: Annotated[str, "The code that the QR image shows; without it, the current one of the instance in the path."]
    number: Annotated[str, "The phone's number, country code first; drawn where none is given."]
    profile_name: Annotated[str, "The phone's owner; drawn where none is given."]


class Scanned(TypedDict):
    """What became of a scan."""

    verdict: Annotated[Verdict, "Only `linked` linked the phone; the others say why not."]
    instance: Annotated[str | None, "Whose code it was."]
    number: str
    profile_name: str


class PhoneBody(TypedDict, total=False):
    """What happens to the phone; `action` is needed."""

    action: PhoneAction
    code: Annotated[int, "The reason that the server is told, where the usual one will not do."]
    for_s: Annotated[float, "How long WhatsApp stays away, in seconds."]
    until_recover: Annotated[bool, "Of lose-connection, instead of for_s: WhatsApp stays away until `recover`."]


class EventBody(TypedDict, total=False):
    """An event and what it carries; `event` is needed."""

    event: Annotated[str, "The name of the event."]
    data: Annotated[Any, "Whatever it carries, as it is."]


class EventTold(TypedDict):
    """What is on its way."""

    event: str


# --- messages and people --------------------------------------------------------------------------------------------

MessagesBody = TypedDict(
    "MessagesBody",
    {
        "from": Annotated[str, "The sender's number; drawn where none is given."],
        "text": Annotated[str, "What it says; drawn where none is given."],
        "type": Annotated[str, "The kind of message: text where none is given."],
        "push_name": Annotated[str, "The sender's own name."],
        "count": Annotated[int, "How many messages, from 1 to 1000."],
        "group": Annotated[str, "The address of the group that it is sent to."],
        "quoted": Annotated[str, "The id of the message that it answers."],
        "from_me": Annotated[bool, "Sent by the account itself, from its phone."],
        "lid": Annotated[bool, "The sender hides its number behind a LID."],
    },
    total=False,
)

MessagesTold = TypedDict("MessagesTold", {"message_ids": list[str], "from": str, "push_name": str})


class AckBody(TypedDict, total=False):
    """Both are needed."""

    message_id: str
    status: Annotated[str, "PENDING, SERVER_ACK, DELIVERY_ACK, READ or PLAYED."]


class AckTold(TypedDict):
    """The status as the server names it."""

    status: str


class EditBody(TypedDict, total=False):
    """Both are needed."""

    message_id: str
    text: str


class RevokeBody(TypedDict, total=False):
    """It is needed."""

    message_id: str


class MessageTold(TypedDict):
    """The message that says so."""

    message_id: str


PresenceBody = TypedDict(
    "PresenceBody",
    {
        "from": str,
        "presence": Annotated[str, "available, unavailable, composing, recording or paused."],
        "group": str,
    },
    total=False,
)
PresenceTold = TypedDict("PresenceTold", {"from": str, "presence": str})
CallBody = TypedDict(
    "CallBody",
    {
        "from": str,
        "status": Annotated[str, "offer where none is given."],
        "call_id": Annotated[str, "The call that goes on; without it, one begins."],
        "video": bool,
    },
    total=False,
)
CallTold = TypedDict("CallTold", {"call_id": str, "from": str})


class HistoryBody(TypedDict, total=False):
    """How much of its past the phone sends."""

    chats: Annotated[int, "From 1 to 1000."]
    messages: Annotated[int, "In each chat, from 0 to 1000."]


class HistoryTold(TypedDict):
    """How much it sent."""

    chats: int
    messages: int


class ContactBody(TypedDict, total=False):
    """Who is saved."""

    number: str
    name: str
    known: Annotated[bool, "Whether the contact is renamed instead."]


class PersonTold(TypedDict):
    """Whom it was about."""

    number: str
    name: str


class ChatBody(TypedDict, total=False):
    """What happens to which chat."""

    number: str
    name: str
    action: Annotated[str, "upsert, update or delete."]
    unread: int


class LabelBody(TypedDict, total=False):
    """Which label."""

    id: str
    name: str
    color: int
    deleted: bool


class LabelTold(TypedDict):
    """The label's id."""

    id: str


class LabelledBody(TypedDict, total=False):
    """On whose chat."""

    number: str
    action: Annotated[str, "add or remove."]


class LabelledTold(TypedDict):
    """Which label on whose chat."""

    id: str
    number: str


# --- groups ---------------------------------------------------------------------------------------------------------


class GroupBody(TypedDict, total=False):
    """The group that is founded."""

    subject: str
    people: Annotated[int, "How many others are in it, from 0 to 1000."]
    owner: Annotated[str, "Who founds it."]
    metadata: Annotated[dict[str, Any], "Instead of all others: a group that the account is in, told to nobody."]


class RenameBody(TypedDict, total=False):
    """`subject` is needed."""

    subject: str
    author: str


class PeopleBody(TypedDict, total=False):
    """Who comes, goes or changes rank."""

    action: Annotated[str, "add, remove, promote or demote."]
    numbers: list[str]
    count: Annotated[int, "Without `numbers`, so many strangers are added."]
    author: str


class PeopleTold(TypedDict):
    """Who it was."""

    group: str
    participants: list[str]


class LeftTold(TypedDict):
    """Which group was left."""

    left: str
