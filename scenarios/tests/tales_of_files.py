"""Histories whose files are damaged, of another version, or without an end: judged as far as they go."""

import json

from scenarios.tests.odd_tale import OddTale
from scenarios.tests.retold import retold
from scenarios.tests.tales_of_connecting import SESSION

_NEWER_FIELDS = {"instance_id", "order", "copy", "attempt", "announcement", "action", "asked_s", "at_s", "tenant"}


def _cut(content: bytes) -> bytes:
    """Killed while a line was being written."""
    return content[: content.rindex(b"\n", 0, -1) - 20]


def _endless(content: bytes) -> bytes:
    """Killed between two lines, before the phase ended."""
    return content[: content.rindex(b"\n", 0, -1) + 1]


def _older(content: bytes) -> bytes:
    """As a version wrote it that knew fewer fields, with blanks in its JSON."""
    records = (json.loads(line) for line in content.splitlines())
    kept = ({name: value for name, value in one.items() if name not in _NEWER_FIELDS} for one in records)
    return b"".join(json.dumps(one).encode() + b"\n" for one in kept)


def _wrong(tale: OddTale) -> None:
    tale.journey(0.0, 20.0)
    tale.seen(1.0, "CONNECTING", announcement=SESSION)
    tale.seen(1.0, "CONNECTING", via="list")
    tale.connection(2.0, "open", 2.0)
    tale.seen(2.1, "open", announcement=SESSION)
    tale.seen(2.2, "open", via="list")


@retold(false="I21", notes="cut off", edit=_cut)
def cut_off_in_a_line(tale: OddTale) -> None:
    """A file that ends in the middle of a line, read as worthless: what stands before it proves enough."""
    _wrong(tale)


@retold(false="I21", notes="has no end", edit=_endless)
def cut_off_between_lines(tale: OddTale) -> None:
    """A phase without an end, read as one that never was."""
    _wrong(tale)


@retold(false="I21", notes="unknown kind 'telepathy'")
def kinds_of_the_future(tale: OddTale) -> None:
    """Records of kinds that nobody knows, read as a broken file: they are counted and left out."""
    tale.add(1.5, "telepathy", channel="7", thought="?")
    tale.add(1.6, "telepathy", instance="7")
    _wrong(tale)


@retold(false="I21", true="I29", unknown="I19 I20", edit=_older)
def fields_of_the_past(tale: OddTale) -> None:
    """Fields that an older version did not write, read as wrong: what is there is judged."""
    _wrong(tale)
    tale.add(3.0, "call", call=1, method="GET", path="/instance/fetchInstances", query={}, body=None, violations=[])


@retold(true="I21", notes="'seen' without the fields it must have")
def records_without_their_fields(tale: OddTale) -> None:
    """A look without a channel, read as a status of null: it is no look, and the others are fine."""
    tale.journey(0.0, 20.0)
    tale.add(1.0, "seen", via="list", channel="7")
    tale.seen(2.0, "CONNECTED", via="list")
    tale.seen(2.0, "CONNECTED")


@retold(unknown="I1 I5 I7 I10 I21 I27 I28 I31")
def nothing_at_all(tale: OddTale) -> None:
    """No broken rule, read as a pass: nothing happened."""
    tale.add(1.0, "server.reset", seed=1)
