"""A journey as swim lanes: what the person did, what the backend showed, what WhatsApp and the webhooks did.

Each lane is a list of marks. A mark without an end is a moment; `wait_s` is when the waiting for it began, such as
an event that was emitted and sent later. Marks that overlap go to different rows. Pure: records in, lanes out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from fake_evolution import Record
from reports.stories import Story
from reports.tones import tone
from reports.values import number, text, whole

MARKS_MAX = 80
ROWS_MAX = 6
_REFUSED = 400
_LABEL_S_SHARE = 0.055


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a moment, or from a moment to another."""

    at_s: float
    label: str
    title: str
    tone: str
    until_s: float | None = None
    wait_s: float | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the drawing, with how many of its marks were left out."""

    name: str
    marks: tuple[Mark, ...]
    left_out: int = 0

    @property
    def rows(self) -> int:
        """How many rows its marks need."""
        return max((mark.row for mark in self.marks), default=0) + 1


def lanes_of(story: Story) -> tuple[Lane, ...]:
    """The lanes of a journey; those in which nothing happened are left out, except what a person is shown."""
    span_s = story.end_s - story.start_s
    found = [_lane(name, read(story), span_s) for name, read in _LANES.items()]
    return tuple(lane for lane in found if lane.marks or lane.name in _ALWAYS)


def _lane(name: str, marks: Sequence[Mark], span_s: float) -> Lane:
    kept = sorted(marks, key=lambda mark: mark.wait_s if mark.wait_s is not None else mark.at_s)[:MARKS_MAX]
    return Lane(name, tuple(_stacked(kept, span_s * _LABEL_S_SHARE)), left_out=len(marks) - len(kept))


def _stacked(marks: Iterable[Mark], room_s: float) -> Iterable[Mark]:
    """Each mark in the first row that is free at its time; in the last row when all are taken."""
    free_at_s: list[float] = []
    for mark in marks:
        from_s = mark.at_s if mark.wait_s is None else mark.wait_s
        row = next((row for row, until_s in enumerate(free_at_s) if until_s <= from_s + 1e-9), len(free_at_s))
        row = min(row, ROWS_MAX - 1)
        until_s = mark.at_s + room_s if mark.until_s is None else mark.until_s
        if row == len(free_at_s):
            free_at_s.append(until_s)
        free_at_s[row] = max(free_at_s[row], until_s)
        yield replace(mark, row=row)


def _clicks(story: Story) -> list[Mark]:
    """Each click until its answer; one without an answer is shown as a moment."""
    replies = [record for record in story.records if record.kind == "reply"]
    marks = []
    for click in (record for record in story.records if record.kind == "click"):
        action = text(click.get("action"))
        answer = next((one for one in replies if one.get("action") == action and one.t >= click.t), None)
        if answer is None:
            marks.append(Mark(click.t, action, f"{action}: no answer on record", "odd"))
            continue
        replies.remove(answer)
        status, error = whole(answer.get("status_code")), text(answer.get("error"))
        said = f"{action}: answered {status}" if status else f"{action}: no answer ({error})"
        look = "good" if 0 < status < _REFUSED else "bad"
        title = f"{said} after {answer.t - click.t:.2f} s"
        marks.append(Mark(click.t, action, title, look, until_s=answer.t))
    return marks


def _statuses(story: Story) -> list[Mark]:
    """What the channel showed, from one change to the next."""
    seen = [record for record in story.records if record.kind == "seen" and record.get("status") is not None]
    changes = _changes(seen, lambda record: text(record.get("status")))
    return _spans(changes, story.end_s, lambda record: text(record.get("status")), "shown by")


def _codes(story: Story) -> list[Mark]:
    """Each new QR that was on the screen, and each image that could not be read."""
    marks: list[Mark] = []
    known: list[str] = []
    for record in story.records:
        code, wrong = text(record.get("code")), text(record.get("qr_error"))
        if record.kind != "seen" or not (code or wrong) or (code or wrong) in known:
            continue
        known.append(code or wrong)
        label = f"QR {len(known)}" if code else "unreadable"
        via = text(record.get("via"))
        title = f"{label} via {via}" if code else f"an image that cannot be scanned, via {via}: {wrong}"
        marks.append(Mark(record.t, label, title, "info" if code else "bad"))
    return marks


def _scans(story: Story) -> list[Mark]:
    marks = []
    for record in story.records:
        if record.kind == "scan":
            verdict = text(record.get("verdict"))
            marks.append(Mark(record.t, verdict, f"scan: {verdict}", tone(verdict, otherwise="bad")))
        elif record.kind == "phone":
            action = text(record.get("action"))
            marks.append(Mark(record.t, action, f"phone: {action} {text(record.get('code'))}", "odd"))
    return marks


def _phases(story: Story) -> list[Mark]:
    """The life of the instance inside WhatsApp, as the fake recorded it."""
    states = [record for record in story.records if record.kind == "state"]
    changes = _changes(states, lambda record: text(record.get("phase")))
    return _spans(changes, story.end_s, lambda record: text(record.get("phase")), "because of")


def _webhooks(story: Story) -> list[Mark]:
    """Each attempt from the event to the answer; an event that was never sent is shown where it happened."""
    events = {text(record.get("event_id")): record for record in story.records if record.kind == "event"}
    marks: list[Mark] = []
    sent: set[str] = set()
    for record in story.records:
        if record.kind != "attempt":
            continue
        event = events.get(text(record.get("event_id")))
        sent.add(text(record.get("event_id")))
        marks.append(_attempt(record, event))
    return [*marks, *_unsent(story, sent)]


def _unsent(story: Story, sent: set[str]) -> Iterable[Mark]:
    """Webhooks that were planned and never sent; an event without a plan is one that nobody subscribed to."""
    for record in story.records:
        if record.kind == "plan" and text(record.get("event_id")) not in sent and record.t <= story.end_s:
            label = text(record.get("event"))
            rules = text(record.get("faults"))
            why = f"not sent because of {rules}" if rules else "planned, no attempt on record"
            yield Mark(record.t, label, f"{label}: {why}", "odd")


def _attempt(record: Record, event: Record | None) -> Mark:
    label = _event_label(event or record)
    outcome = text(record.get("outcome"))
    sent_s = number(record.get("sent_s"))
    sent_s = record.t if sent_s is None else sent_s
    emitted_s = event.t if event else sent_s
    which = f"attempt {text(record.get('attempt'))}"
    copy = f", copy {text(record.get('copy'))}" if whole(record.get("copy")) else ""
    answer = text(record.get("status")) or text(record.get("error"))
    title = f"{label}, {which}{copy}: {outcome} {answer}, sent {sent_s - emitted_s:.2f} s after the event"
    return Mark(sent_s, label, title, tone(outcome, otherwise="unsure"), until_s=record.t, wait_s=emitted_s)


def _faults(story: Story) -> list[Mark]:
    return [
        Mark(record.t, text(record.get("rule")), f"fault {text(record.get('fault'))} of this rule fired", "odd")
        for record in story.records
        if record.kind == "fault"
    ]


def _event_label(record: Record) -> str:
    """The event in short, with the state it tells of."""
    data = record.get("data")
    state = text(data.get("state")) if isinstance(data, dict) else ""
    return f"{text(record.get('event'))} {state}".strip()


def _changes(records: Iterable[Record], value: Callable[[Record], str]) -> list[Record]:
    found: list[Record] = []
    for record in records:
        if not found or value(found[-1]) != value(record):
            found.append(record)
    return found


def _spans(changes: Sequence[Record], end_s: float, value: Callable[[Record], str], why: str) -> list[Mark]:
    marks = []
    for index, record in enumerate(changes):
        until_s = changes[index + 1].t if index + 1 < len(changes) else end_s
        if record.t <= end_s:
            cause = text(record.get("via")) or text(record.get("cause"))
            title = f"{value(record)} for {max(until_s - record.t, 0):.2f} s, {why} {cause or '?'}"
            marks.append(Mark(record.t, value(record), title, tone(value(record)), until_s=min(until_s, end_s)))
    return marks


_SHOWN, _ON_SCREEN = "Channel shows", "QR on screen"
_ALWAYS = {_SHOWN, _ON_SCREEN}
_LANES: dict[str, Callable[[Story], list[Mark]]] = {
    "Person clicks": _clicks,
    _SHOWN: _statuses,
    _ON_SCREEN: _codes,
    "Phone": _scans,
    "WhatsApp": _phases,
    "Webhooks": _webhooks,
    "Faults": _faults,
}
