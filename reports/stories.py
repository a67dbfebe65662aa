"""Which journeys a report tells, and the records that belong to each.

The failed ones come first, a bounded number of them, and one that went well stands beside for comparison. Which
instance belongs to which channel is found from what was shown: the code that a person saw is the code of one
instance. Where no code was ever shown, an instance that carries the channel's own id or name is taken.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fake_evolution import Record
from reports.values import Row, number, text

STORIES_MAX = 20
_GOOD = "completed"
_NOT_COUNTED = "error"
_PERSONAL = frozenset({"journey.start", "journey.end", "click", "reply", "seen"})
_OF_INSTANCE = frozenset({"state", "qr", "event", "plan", "attempt", "scan", "phone", "fault"})

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """One journey with every record that belongs to it, in order."""

    journey: str
    phase: str
    channel: str
    outcome: str
    reason: str
    start_s: float
    end_s: float
    records: tuple[Record, ...]

    @property
    def good(self) -> bool:
        """Whether it went as it should."""
        return self.outcome == _GOOD


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stories that are told, how many failed in all, and how many of these the harness itself ended."""

    failed: tuple[Story, ...]
    failed_count: int
    not_counted: int
    good: Story | None


def choose(samples: Sequence[Row], records: Sequence[Record]) -> Chosen:
    """The first failed journeys, and the most ordinary one of those that went well."""
    failed = [sample for sample in samples if text(sample.get("outcome")) != _GOOD]
    failed.sort(key=lambda sample: (text(sample.get("outcome")) == _NOT_COUNTED, _intended_s(sample)))
    told = failed[:STORIES_MAX]
    ordinary = _ordinary(samples)
    wanted = [*told, *([ordinary] if ordinary else [])]
    found = _collected(wanted, records)
    stories = [_story(sample, found.get(_key(sample), [])) for sample in wanted]
    return Chosen(
        failed=tuple(stories[: len(told)]),
        failed_count=len(failed),
        not_counted=sum(text(sample.get("outcome")) == _NOT_COUNTED for sample in failed),
        good=stories[-1] if ordinary else None,
    )


def _ordinary(samples: Iterable[Row]) -> Row | None:
    """The good journey with the median time to QR, of the load if there is one."""
    good = [sample for sample in samples if text(sample.get("outcome")) == _GOOD]
    good = [sample for sample in good if sample.get("phase") == "load"] or good
    ordered = sorted(good, key=lambda sample: number(sample.get("qr_s")) or 0.0)
    return ordered[len(ordered) // 2] if ordered else None


def _collected(wanted: Sequence[Row], records: Sequence[Record]) -> Mapping[Key, list[Record]]:
    """The records of each wanted journey: its person's by name, its instances' through the channel."""
    keys = {_key(sample) for sample in wanted}
    personal, channels = _personal(keys, records)
    owner = _instances(channels, records)
    deliveries = {
        text(record.get("delivery")): text(record.get("instance"))
        for record in records
        if record.kind == "plan" and text(record.get("instance")) in owner
    }
    for record in records:
        if record.kind in _OF_INSTANCE:
            instance = text(record.get("instance")) or deliveries.get(text(record.get("delivery")), "")
            if instance in owner:
                personal[owner[instance]].append(record)
    return {key: sorted(found, key=lambda record: record.t) for key, found in personal.items()}


def _personal(keys: set[Key], records: Sequence[Record]) -> tuple[dict[Key, list[Record]], dict[str, Key]]:
    """The records that name the journey; also, by every code, id and name of its channel, whose it is."""
    found: dict[Key, list[Record]] = defaultdict(list)
    marks: dict[str, Key] = {}
    for record in records:
        key = (text(record.get("phase")), text(record.get("journey")))
        if record.kind in _PERSONAL and key in keys:
            found[key].append(record)
            for name in ("code", "channel", "channel_name"):
                if mark := text(record.get(name)):
                    marks.setdefault(mark, key)
    return found, marks


def _instances(marks: Mapping[str, Key], records: Sequence[Record]) -> dict[str, Key]:
    """Whose instance each one is; a shown code says so more surely than a name."""
    by_code: dict[str, Key] = {}
    by_name: dict[str, Key] = {}
    for record in records:
        instance = text(record.get("instance"))
        if record.kind == "qr" and (key := marks.get(text(record.get("code")))):
            by_code.setdefault(instance, key)
        elif record.kind == "state" and instance in marks:
            by_name.setdefault(instance, marks[instance])
    return {**by_name, **by_code}


def _story(sample: Row, records: Sequence[Record]) -> Story:
    personal = [record for record in records if record.kind in _PERSONAL]
    intended_s = _intended_s(sample)
    last_s = max((record.t for record in personal), default=intended_s)
    first_s = min((record.t for record in personal), default=intended_s)
    start_s = min(intended_s, first_s)
    return Story(
        journey=text(sample.get("journey")),
        phase=text(sample.get("phase")),
        channel=text(sample.get("channel")),
        outcome=text(sample.get("outcome")),
        reason=text(sample.get("reason")),
        start_s=start_s,
        end_s=max(last_s, start_s + 0.1),
        records=tuple(records),
    )


def _key(sample: Row) -> Key:
    return text(sample.get("phase")), text(sample.get("journey"))


def _intended_s(sample: Row) -> float:
    return number(sample.get("intended_s")) or 0.0
