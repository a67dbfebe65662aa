"""Compares two JSON values field by field: paths, types, and every literal that is not different by nature.

A recording cannot be repeated to the letter: identifiers, times and pictures are new in every run. Each
rule below knows one such kind of value. The first rule that recognises the recorded value decides; where none
does, the value must be equal. What the client itself had put in is never different by nature.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.align import Difference, Kind, Leaf, Octets, Path, align, path_text, shortened
from contracts.links import Links, identity
from contracts.recording import Json


@dataclass(frozen=True, slots=True)
class Context:
    """What decides whether two values mean the same.

    Linked identifiers; what the client put in itself; keys that depend on steps that could not be replayed.
    """

    links: Links = field(default_factory=Links)
    given: frozenset[str | int | float] = frozenset()
    beyond: set[str] = field(default_factory=set)


Rule = Callable[[Leaf, Context], "Difference | bool | None"]
"""True: fine. A difference: not fine. None: not mine."""


def _differs(kind: Kind, leaf: Leaf) -> Difference:
    return Difference(kind, path_text(leaf.path), shortened(leaf.expected), shortened(leaf.got))


def beyond_reach(leaf: Leaf, context: Context) -> Difference | bool | None:
    """What depends on a step that could not be replayed says nothing."""
    return True if context.beyond.intersection(leaf.path) else None


def given_value(leaf: Leaf, context: Context) -> Difference | bool | None:
    """What the client put in comes back as it was."""
    if not isinstance(leaf.expected, str | int | float) or leaf.expected not in context.given:
        return None
    expected = context.links.translate(leaf.expected) if isinstance(leaf.expected, str) else leaf.expected
    return expected == leaf.got or _differs(Kind.VALUE, leaf)


def linked_identity(leaf: Leaf, context: Context) -> Difference | bool | None:
    """An identifier has its partner wherever it appears."""
    kind = identity(leaf.expected)
    if kind is None:
        return None
    if identity(leaf.got) != kind:
        return _differs(Kind.VALUE, leaf)
    return context.links.holds(leaf.expected, leaf.got) or _differs(Kind.IDENTITY, leaf)


@dataclass(frozen=True, slots=True)
class Shape:
    """Texts that are new in every run but look alike; with a key, only under that key."""

    name: str
    pattern: re.Pattern[str]
    key: str | None = None

    def fits(self, value: Json, path: Path) -> bool:
        """Whether a value at a place is such a text."""
        here = self.key is None or (bool(path) and path[-1] == self.key)
        return here and isinstance(value, str) and self.pattern.fullmatch(value) is not None


BYTES = ("mediaKey", "fileSha256", "fileEncSha256", "messageSecret")
"""Keys whose values are made of chance, unless the phone gave them."""

SHAPES = (
    Shape("time", re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")),
    Shape("picture", re.compile(r"data:image/png;base64,(<png>|[A-Za-z0-9+/]+=*)")),
    Shape("WhatsApp Web version", re.compile(r"2\.3000\.\d+"), key="whatsappWebVersion"),
    Shape("pairing code", re.compile(r"[0-9A-Z]{8}"), key="pairingCode"),
    Shape("own address", re.compile(r"https?://[^/]+/manager"), key="manager"),
    Shape("signed token", re.compile(r"Bearer [\w-]+\.[\w-]+\.[\w-]+")),
    Shape("client version", re.compile(r"axios/[\d.]+")),
    Shape(
        "address of sent media", re.compile(r"https://mmg\.whatsapp\.net/v/t62\.\d+-24/[0-9a-f]{16}\.enc"), key="url"
    ),
    Shape("second as digits", re.compile(r"\d{10}"), key="messageTimestamp"),
    Shape("millisecond as digits", re.compile(r"\d{13}"), key="timestampMs"),
    Shape("place of sent media", re.compile(r"/v/t62\.\d+-24/[0-9a-f]{16}\.enc"), key="directPath"),
    Shape("stream that cannot be fetched", re.compile(r"Error: Failed to fetch stream from \S+")),  # or its stub
    *(Shape("bytes as text", re.compile(r"[A-Za-z0-9+/]{43}="), key=key) for key in BYTES),
)


def same_shape(leaf: Leaf, _: Context) -> Difference | bool | None:
    """A text of a known shape may be any other of that shape."""
    shape = next((shape for shape in SHAPES if shape.fits(leaf.expected, leaf.path)), None)
    if shape is None:
        return None
    return shape.fits(leaf.got, leaf.path) or _differs(Kind.VALUE, leaf)


def random_bytes(leaf: Leaf, context: Context) -> Difference | bool | None:
    """Bytes that the phone did not give are any others of the same length."""
    if not isinstance(leaf.expected, Octets):
        return None
    same = leaf.expected == leaf.got
    given = b64encode(bytes(leaf.expected)).decode() in context.given
    chance = bool(leaf.path) and leaf.path[-1] in BYTES and not given
    return same or (chance and len(leaf.expected) == len(leaf.got)) or _differs(Kind.VALUE, leaf)


SECONDS_OF_2020 = 1_577_836_800
NUMBERS_OF_NOW = (
    "messageTimestamp",
    "iat",
    "exp",
    "low",
    "mediaKeyTimestamp",
    "subjectTime",
    "creation",
    "senderTimestampMs",
)
"""Keys whose whole numbers are taken from the clock, unless the client gave them."""


def number_of_now(leaf: Leaf, _: Context) -> Difference | bool | None:
    """Seconds since 1970 are any seconds since 1970."""
    recorded = isinstance(leaf.expected, int) and leaf.path and leaf.path[-1] in NUMBERS_OF_NOW
    if not recorded or leaf.expected < SECONDS_OF_2020:
        return None
    return leaf.got >= SECONDS_OF_2020 or _differs(Kind.VALUE, leaf)


DATABASE_TEXT = re.compile(r"^\s*(PrismaClient|Invalid `|\nInvalid `)|server source position")


def database_text(leaf: Leaf, _: Context) -> Difference | bool | None:
    """A text of the database layer varies by build; some text is needed, no certain one."""
    if not isinstance(leaf.expected, str) or not DATABASE_TEXT.search(leaf.expected):
        return None
    return bool(leaf.got) or _differs(Kind.VALUE, leaf)


def equal(leaf: Leaf, context: Context) -> Difference | bool | None:
    """Everything else is the same, once identifiers and addresses inside it are translated."""
    expected = context.links.translate(leaf.expected) if isinstance(leaf.expected, str) else leaf.expected
    return expected == leaf.got or _differs(Kind.VALUE, leaf)


RULES: tuple[Rule, ...] = (
    beyond_reach,
    given_value,
    linked_identity,
    same_shape,
    random_bytes,
    number_of_now,
    database_text,
    equal,
)


def judge(leaf: Leaf, context: Context) -> Difference | None:
    """The difference between two leaves, if the first rule that recognises them finds one."""
    verdict = next(found for rule in RULES if (found := rule(leaf, context)) is not None)
    return verdict if isinstance(verdict, Difference) else None


def differences(expected: Json, got: Json, context: Context, path: Path = ()) -> tuple[Difference, ...]:
    """Every difference between a recorded and a replayed value."""
    found = (item if isinstance(item, Difference) else judge(item, context) for item in align(expected, got, path))
    return tuple(difference for difference in found if difference is not None)


def learn(expected: Json, got: Json, context: Context) -> None:
    """Links the identifiers that stand at the same places in both values."""
    for item in align(expected, got):
        if isinstance(item, Leaf) and item.expected not in context.given:
            kind = identity(item.expected)
            if kind is not None and kind == identity(item.got):
                context.links.learn(item.expected, item.got)
