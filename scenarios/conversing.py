"""What invariants share when they ask which messages there were, and which a person could read."""

from collections import Counter
from collections.abc import Iterator

from scenarios.happened import Event
from scenarios.history import History
from scenarios.staged import MessagesRead, SeenMessage

ARRIVALS = frozenset({"messages.upsert", "send.message"})
UPDATE = "messages.update"
# So long after the backend took a message it must be there to be read.
SETTLE_S = 5.0
_PERSONAL = ("@s.whatsapp.net", "@lid")
# How far a message got: the server's words, and the least that any of the usual scales of numbers calls so.
_LEAST_ACK = {"SERVER_ACK": 1, "DELIVERY_ACK": 2, "READ": 3, "PLAYED": 3}


def message_id(event: Event) -> str | None:
    """The id of the message that came, went or changed; None for any other event."""
    if event.event == UPDATE:
        return _text(event.data.get("keyId"))
    return _text(_key(event).get("id")) if event.event in ARRIVALS else None


def is_own(event: Event) -> bool:
    """Whether the account itself wrote the message, on whatever device."""
    return _key(event).get("fromMe") is True


def is_readable(event: Event) -> bool:
    """Whether it is a text message of a person, which every backend shows."""
    content = event.data.get("message")
    texts = isinstance(content, dict) and ("conversation" in content or "extendedTextMessage" in content)
    jid = _text(_key(event).get("remoteJid")) or ""
    return event.event in ARRIVALS and message_id(event) is not None and texts and jid.endswith(_PERSONAL)


def least_ack(event: Event) -> int | None:
    """The least number that a backend may show for the status that the event tells; None for none."""
    return _LEAST_ACK.get(str(event.data.get("status"))) if event.event == UPDATE else None


def arrivals(history: History, channel: str) -> Iterator[Event]:
    """The readable messages of the channel, as its instances told of them."""
    for instance in history.instances_of.get(channel, ()):
        yield from (event for event in history.events_of.get(instance, ()) if is_readable(event))


def read_after(history: History, channel: str, moment_s: float) -> MessagesRead | None:
    """The last reading of the channel's conversations that was asked for after a moment."""
    reads = [read for read in history.messages_of.get(channel, ()) if read.asked_s >= moment_s]
    return reads[-1] if reads else None


def copies(read: MessagesRead, wanted: str) -> list[SeenMessage]:
    """How often a message of this id is to be read."""
    return [one for one in read.messages if one.message_id == wanted]


def texts_of_mine(read: MessagesRead) -> Counter[str]:
    """How often each text is to be read as written by the account itself."""
    return Counter(one.text for one in read.messages if one.from_me is True and one.text is not None)


def text_of(event: Event) -> str | None:
    """The text of a message."""
    content = event.data.get("message")
    if not isinstance(content, dict):
        return None
    longer = content.get("extendedTextMessage")
    return _text(content.get("conversation") or (longer.get("text") if isinstance(longer, dict) else None))


def _key(event: Event) -> dict[str, object]:
    key = event.data.get("key")
    return key if isinstance(key, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
