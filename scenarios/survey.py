"""A first look at a phase: which lines of the journal belong together, and what all of them share.

Every record says which instance, channel or journey it is about. Records that name two of them tie the two together,
and so does a QR code of an instance that a channel showed. What hangs together is judged together and alone.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import accumulate, pairwise

import orjson

from fake_evolution import Record
from scenarios.belonging import named_channels
from scenarios.happened import Qr
from scenarios.history import KNOWN_KINDS
from scenarios.journal_file import JournalFile
from scenarios.staged import JourneyLife
from scenarios.surroundings import ATTEMPT_S_MAX, Acks, Surroundings

# What concerns every channel of the phase, where it names none.
_SHARED = frozenset(
    {"phase.start", "phase.end", "world", "sut", "outage", "step", "reply", "server.restart", "server.back"}
)


class Survey:
    """What is known of a phase once all its records went by."""

    def __init__(self, name: str, place: int, *, world: int | None = None) -> None:
        self.name = name
        self.start = place
        self.end = place
        self.fired: set[str] = set()
        self.failed_steps: list[str] = []
        self.schedule: list[bytes] = []
        self.unknown_kinds: Counter[str] = Counter()
        self.acks = Acks()
        self.end_s = 0.0
        self.records = 0
        self.kinds: set[str] = set()
        self.ended = False
        self._shared = array("Q", () if world is None else (world,))
        # Which key each record has, and where it is: two flat columns, for there may be millions of records.
        self._numbers: dict[str, int] = {}
        self._keys = array("L")
        self._places = array("Q")
        self._ties: dict[str, str] = {}
        self._qrs: dict[str, Qr] = {}
        self._shown: dict[str, list[str]] = defaultdict(list)
        self.lives: dict[str, JourneyLife] = {}
        self._unsent: dict[str, float] = {}

    def take(self, place: int, record: Record) -> None:
        """One record, in the order of the file."""
        self.end_s = record.t
        self.records += 1
        self.kinds.add(record.kind)
        look = _LOOKS.get(record.kind)
        if look is not None:
            # What lacks its fields is counted when its history is read.
            with suppress(KeyError, TypeError, ValueError):
                look(self, record)
        key = self._key(record)
        if key is not None:
            self._keys.append(self._numbers.setdefault(key, len(self._numbers)))
            self._places.append(place)
        elif record.kind in _SHARED:
            self._shared.append(place)
        elif record.kind not in KNOWN_KINDS:
            # Those that are about a channel are counted when its history is read.
            self.unknown_kinds[record.kind] += 1

    @property
    def shared(self) -> Iterable[int]:
        """The places of the records that concern every channel."""
        return self._shared

    def never_sent(self) -> int:
        """Planned deliveries of which nothing was sent although even the slowest attempt would have ended by now."""
        over_s = self.end_s - ATTEMPT_S_MAX
        return sum(due_s < over_s for due_s in self._unsent.values())

    def surroundings(self, journal: JournalFile) -> Surroundings:
        """What the history of each channel needs to know of the others."""
        lives = self.lives
        channels = {life.channel for life in lives.values() if life.channel}
        channels |= {key[2:] for key in self._numbers if key.startswith("c:")}
        instances = {key[2:] for key in self._numbers if key.startswith("i:")}
        found = self._shown_by()
        found |= named_channels(lives.values(), channels=channels, instances=instances - set(found))
        for instance, channel in found.items():
            self._tie(f"i:{instance}", f"c:{channel}")
        return Surroundings(
            qrs=self._qrs,
            channel_of=found,
            lives=lives,
            acks=self.acks,
            end_s=self.end_s,
            fetch=lambda seqs: journal.with_seqs(seqs, self.start, self.end),
        )

    def islands(self) -> Iterator[list[int]]:
        """The places of the records that hang together, in the order of the file; after `surroundings`."""
        numbers: dict[str, int] = {}
        island_of = array("L", (numbers.setdefault(self._root(key), len(numbers)) for key in self._numbers))
        sizes = Counter(island_of[key] for key in self._keys)
        ends = list(accumulate(sizes[number] for number in range(len(numbers))))
        free = [0, *ends[:-1]]
        sorted_places = array("Q", bytes(8 * len(self._places)))
        for key, place in zip(self._keys, self._places, strict=True):
            number = island_of[key]
            sorted_places[free[number]] = place
            free[number] += 1
        for start, end in pairwise((0, *ends)):
            if start < end:
                yield sorted((*sorted_places[start:end], *self._shared))

    def _shown_by(self) -> dict[str, str]:
        """The first channel that showed a code of each instance; whoever showed one is tied to it."""
        found: dict[str, str] = {}
        for code, channels in self._shown.items():
            qr = self._qrs.get(code)
            if qr is None:
                continue
            found.setdefault(qr.instance, channels[0])
            for channel in channels:
                self._tie(f"i:{qr.instance}", f"c:{channel}")
        return found

    def _key(self, record: Record) -> str | None:
        fields = record.fields
        channel, journey = fields.get("channel"), fields.get("journey")
        if channel is not None:
            if journey is not None:
                self._tie(f"c:{channel}", f"j:{journey}")
            return f"c:{channel}"
        if journey is not None:
            return f"j:{journey}"
        instance = fields.get("instance") or _instance_in(fields.get("body"))
        if instance is not None:
            return f"i:{instance}"
        return self._key_of_code(fields.get("code")) if record.kind == "scan" else None

    def _key_of_code(self, code: object) -> str | None:
        """A phone scanned a code that it could not link: whoever gave or showed it."""
        qr, shown = self._qrs.get(str(code)), self._shown.get(str(code))
        return f"i:{qr.instance}" if qr is not None else f"c:{shown[0]}" if shown else None

    def _tie(self, one: str, other: str) -> None:
        roots = self._root(one), self._root(other)
        if roots[0] != roots[1]:
            self._ties[roots[0]] = roots[1]

    def _root(self, key: str) -> str:
        ties = self._ties
        while key in ties:
            above = ties[key]
            if above in ties:
                ties[key] = ties[above]
            key = above
        return key

    def take_qr(self, record: Record) -> None:
        """WhatsApp gave a code."""
        qr = Qr.of(record)
        self._qrs[qr.code] = qr

    def take_seen(self, record: Record) -> None:
        """A channel was seen."""
        code, channel = record.get("code"), str(record.get("channel"))
        if isinstance(code, str) and channel not in self._shown[code]:
            self._shown[code].append(channel)

    def take_attempt(self, record: Record) -> None:
        """A webhook was sent."""
        self._unsent.pop(str(record.get("delivery")), None)
        if not record.get("wire"):
            self.acks.add(float(record["sent_s"]), record.t, record.seq)

    def take_plan(self, record: Record) -> None:
        """A webhook is to be sent."""
        offsets_s = [float(offset_s) for offset_s in record.get("due_offsets_s") or ()]
        delivery, faults = str(record["delivery"]), list(record.get("faults") or ())
        if offsets_s and (record.get("attempt") or 1) == 1:
            self._unsent[delivery] = record.t + min(offsets_s)
        rounded = [round(offset_s, 6) for offset_s in offsets_s]
        row = orjson.dumps([self.name, delivery, str(record.get("event")), rounded, faults])
        # A copy has the size of what is in it; what orjson gives has room for far more.
        self.schedule.append(bytes(memoryview(row)))

    def take_fault(self, record: Record) -> None:
        """A fault rule struck."""
        self.fired.add(str(record.get("rule")))

    def take_step(self, record: Record) -> None:
        """A step of the script was done, or could not be."""
        name = step_name(int(record["index"]), str(record["do"]))
        if record.get("outcome") == "done":
            self.fired.add(name)
        else:
            self.failed_steps.append(f"{name}: {record.get('error')}")

    def take_journey_start(self, record: Record) -> None:
        """Somebody began."""
        self.lives[str(record.get("journey"))] = JourneyLife.of(record, None)

    def take_journey_end(self, record: Record) -> None:
        """Somebody ended."""
        name = str(record.get("journey"))
        if name in self.lives:
            self.lives[name] = self.lives[name].ended(record)


_LOOKS: Mapping[str, Callable[[Survey, Record], None]] = {
    "qr": Survey.take_qr,
    "seen": Survey.take_seen,
    "attempt": Survey.take_attempt,
    "plan": Survey.take_plan,
    "fault": Survey.take_fault,
    "step": Survey.take_step,
    "journey.start": Survey.take_journey_start,
    "journey.end": Survey.take_journey_end,
}


def step_name(index: int, do: str) -> str:
    """A step as the scenario file names it."""
    return f"script[{index}] {do}"


def _instance_in(body: object) -> str | None:
    """The instance that a call without one in its path is about: `create` names it in its body."""
    if not isinstance(body, Mapping):
        return None
    instance = body.get("instance")
    named = instance.get("instanceName") if isinstance(instance, Mapping) else body.get("instanceName")
    return named if isinstance(named, str) else None
