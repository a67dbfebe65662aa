"""The journal as a value: what happened, with the indexes that judging needs.

One pass over the records builds it. Records of unknown kinds, or without the fields that their kind must have,
are counted and left out, never fatal: a history is judged as far as it goes, and `notes` says what is missing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from fake_evolution import Record
from scenarios.belonging import channels_by_instance
from scenarios.happened import Attempt, Call, Event, Fault, Plan, ProviderAnswer, Qr, Scan, State
from scenarios.sighting import Sighting
from scenarios.staged import Click, JourneyLife, MessagesRead, MetricsRead, Outage, Reply, Step, Trespass, UsageRead
from scenarios.surroundings import Surroundings

_NOT_INDEXED = frozenset(
    {"server.start", "server.reset", "server.stop", "server.restart", "server.back", "phone", "sut"}
    | {"socket.connect", "socket.node", "socket.refused", "download", "dropped", "whatsapp", "ignored", "backlog"}
    | {"phase.start", "phase.end", "journey.start", "journey.end", "page.list", "error_webhook"}
)
# What a fault of these kinds sends is not what happened; a shifted clock leaves everything else as it was.
_EDITS = frozenset({"forged", "corrupt", "oversize", "wrong-instance"})


class History:
    """The records of a phase, or of one channel in it; lists are in the order in which things happened.

    Handed `around`, it is a part of a phase: `qrs`, `channel_of`, `lives` and `acks` are the whole phase's then.
    Without `keep`, records are read and not kept: the typed values are all there is, and witnesses come from `around`.
    """

    def __init__(
        self,
        records: Iterable[Record],
        *,
        notes: Iterable[str] = (),
        around: Surroundings | None = None,
        keep: bool = True,
    ) -> None:
        self._open_shelves()
        kept: list[Record] = []
        ends: dict[str, Record] = {}
        starts: list[Record] = []
        last_s = 0.0
        for record in records:
            last_s = record.t
            if keep:
                kept.append(record)
                self.by_kind[record.kind].append(record)
            if record.kind == "journey.start":
                starts.append(record)
            elif record.kind == "journey.end":
                ends[str(record.get("journey"))] = record
            self._take(record)
        self.records = tuple(kept)
        self.journeys = {name: JourneyLife.of(start, ends.get(name)) for name, start in _named(starts)}
        self.life_of = {life.channel: life for life in self.journeys.values() if life.channel}
        self._settle(around, last_s)
        self.notes = (*notes, *left_out_notes(self.left_out))

    def _open_shelves(self) -> None:
        self.by_kind: dict[str, list[Record]] = defaultdict(list)
        self.events: dict[str, Event] = {}
        self.events_of: dict[str, list[Event]] = defaultdict(list)
        self.attempts: list[Attempt] = []
        self.attempts_for: dict[str, list[Attempt]] = defaultdict(list)
        self.provider_answers_of: dict[str, list[ProviderAnswer]] = defaultdict(list)
        self.qrs: Mapping[str, Qr] = {}
        self.qrs_of: dict[str, list[Qr]] = defaultdict(list)
        self.states_of: dict[str, list[State]] = defaultdict(list)
        self.scans: list[Scan] = []
        self.sightings_of: dict[str, list[Sighting]] = defaultdict(list)
        self.clicks_of: dict[str, list[Click]] = defaultdict(list)
        self.replies_of: dict[str, list[Reply]] = defaultdict(list)
        self.calls: list[Call] = []
        self.calls_of: dict[str, list[Call]] = defaultdict(list)
        self.plans_for: dict[str, list[Plan]] = defaultdict(list)
        self.faults: list[Fault] = []
        self.faults_at: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.steps: list[Step] = []
        self.outages: list[Outage] = []
        self.messages_of: dict[str, list[MessagesRead]] = defaultdict(list)
        self.usage_of: dict[str, list[UsageRead]] = defaultdict(list)
        self.metrics: list[MetricsRead] = []
        self.trespasses_of: dict[str, list[Trespass]] = defaultdict(list)
        self.left_out: Counter[str] = Counter()
        self.rules: dict[str, Mapping[str, Any]] = {}
        self.cache: dict[Any, Any] = {}
        self._taken: dict[str, list[Attempt]] = {}

    def _settle(self, around: Surroundings | None, last_s: float) -> None:
        """Take over what the phase knows, or find it out where this is all there is."""
        if around is None:
            own_qrs = {qr.code: qr for qrs in self.qrs_of.values() for qr in qrs}
            self.qrs = own_qrs
            around = Surroundings(
                qrs=own_qrs,
                channel_of=channels_by_instance(
                    own_qrs,
                    self.sightings_of,
                    lives=self.journeys.values(),
                    instances={*self.states_of, *self.events_of},
                    channels=self.channels,
                ),
                lives=self.journeys,
                end_s=last_s,
            )
            for attempt in self.attempts:
                if not attempt.wire:
                    around.acks.add(attempt.sent_s, attempt.ended_s, attempt.seq)
        self.around = around
        self.qrs, self.acks, self.end_s = around.qrs, around.acks, around.end_s
        self.channel_of, self.lives = around.channel_of, around.lives
        self.instances_of: dict[str, list[str]] = defaultdict(list)
        for instance in dict.fromkeys((*self.qrs_of, *self.states_of, *self.events_of, *self.calls_of)):
            if instance in self.channel_of:
                self.instances_of[self.channel_of[instance]].append(instance)

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that was seen, clicked or lived through."""
        return tuple(sorted({*self.sightings_of, *self.clicks_of, *self.life_of} - {""}))

    def with_seqs(self, seqs: Iterable[int]) -> Sequence[Record]:
        """The records with these numbers, in order; those of other channels come from the phase."""
        wanted = set(seqs)
        own = [record for record in self.records if record.seq in wanted]
        missing = wanted - {record.seq for record in own}
        return sorted((*own, *self.around.fetch(missing)), key=lambda record: record.seq) if missing else own

    def taken(self, event: Event) -> list[Attempt]:
        """The attempts at an event that the backend took, in the order in which they were sent.

        What says something else than the event (forged, corrupted, under another instance's name) is none of them.
        """
        taken = self._taken.get(event.event_id)
        if taken is None:
            attempts = self.attempts_for.get(event.event_id, ())
            taken = [attempt for attempt in attempts if attempt.ok and not self.is_altered(attempt)]
            taken.sort(key=lambda attempt: attempt.sent_s)
            self._taken[event.event_id] = taken
        return taken

    def received(self, event: Event) -> list[Attempt]:
        """As `taken`, with those whose answer was lost on its way back; the backend had them all the same."""
        attempts = self.attempts_for.get(event.event_id, ())
        unheard = [attempt for attempt in attempts if attempt.unheard and not self.is_altered(attempt)]
        return sorted((*self.taken(event), *unheard), key=lambda one: one.sent_s) if unheard else self.taken(event)

    def fault_kinds(self, attempt: Attempt) -> set[str]:
        """The kinds of the fault rules that struck the plan of this attempt (of all its copies)."""
        return self.faults_at.get((attempt.delivery, attempt.number), set())

    def is_altered(self, attempt: Attempt) -> bool:
        """Whether what was sent says something else than its event does."""
        if "edited" not in attempt.wire:
            return False
        kinds = self.fault_kinds(attempt)
        return not kinds or not kinds.isdisjoint(_EDITS)

    def tenant_of(self, channel: str) -> str | None:
        """The tenant that the channel belongs to, as far as the harness noted it."""
        life = self.life_of.get(channel)
        if life is not None and life.tenant is not None:
            return life.tenant
        return next((seen.tenant for seen in self.sightings_of.get(channel, ()) if seen.tenant is not None), None)

    def watched_until_s(self, channel: str) -> float:
        """Until when somebody looked at the channel."""
        life = self.life_of.get(channel)
        if life is None:
            return max((seen.at_s for seen in self.sightings_of.get(channel, ())), default=0.0)
        return self.end_s if life.end_s is None else life.end_s

    def next_click(self, channel: str, after_s: float, *actions: str) -> Click | None:
        """The first click on the channel after a moment; of the named actions only, if any is named."""
        clicks = (click for click in self.clicks_of.get(channel, ()) if click.t > after_s)
        return next((click for click in clicks if not actions or click.action in actions), None)

    def phase_at(self, instance: str, moment_s: float) -> str | None:
        """The phase of life that an instance was in; None before it existed."""
        states = (state.phase for state in reversed(self.states_of.get(instance, ())) if state.t <= moment_s)
        return next(states, None)

    def _take(self, record: Record) -> None:
        reader = _READERS.get(record.kind)
        if reader is None:
            if record.kind not in _NOT_INDEXED:
                self.left_out[unknown_kind(record.kind)] += 1
            return
        try:
            reader(self, record)
        except (KeyError, TypeError, ValueError):
            self.left_out[f"of kind '{record.kind}' without the fields it must have"] += 1


def unknown_kind(kind: str) -> str:
    """What is said of records of a kind that this version does not know."""
    return f"of unknown kind '{kind}'"


def left_out_notes(left_out: Mapping[str, int]) -> tuple[str, ...]:
    """What was left out of a history, as its reader is told."""
    return tuple(f"left out: {count} records {what}" for what, count in sorted(left_out.items()))


def _event(history: History, record: Record) -> None:
    event = Event.of(record)
    history.events[event.event_id] = event
    history.events_of[event.instance].append(event)


def _attempt(history: History, record: Record) -> None:
    attempt = Attempt.of(record)
    history.attempts.append(attempt)
    history.attempts_for[attempt.event_id].append(attempt)


def _world(history: History, record: Record) -> None:
    faults = (fault for fault in record.get("faults") or () if isinstance(fault, Mapping))
    history.rules |= {str(fault.get("name")): fault for fault in faults}


def _answer(history: History, record: Record) -> None:
    answer = ProviderAnswer.of(record)
    if answer.instance is not None:
        history.provider_answers_of[answer.instance].append(answer)


def _qr(history: History, record: Record) -> None:
    qr = Qr.of(record)
    history.qrs_of[qr.instance].append(qr)


def _state(history: History, record: Record) -> None:
    state = State.of(record)
    history.states_of[state.instance].append(state)


def _scan(history: History, record: Record) -> None:
    history.scans.append(Scan.of(record))


def _seen(history: History, record: Record) -> None:
    sighting = Sighting.of_record(record.seq, record.t, record.fields)
    history.sightings_of[sighting.channel].append(sighting)


def _click(history: History, record: Record) -> None:
    click = Click.of(record)
    history.clicks_of[click.channel or ""].append(click)


def _reply(history: History, record: Record) -> None:
    reply = Reply.of(record)
    history.replies_of[reply.channel or ""].append(reply)


def _call(history: History, record: Record) -> None:
    call = Call.of(record)
    history.calls.append(call)
    if call.instance is not None:
        history.calls_of[call.instance].append(call)


def _plan(history: History, record: Record) -> None:
    plan = Plan.of(record)
    history.plans_for[plan.event_id].append(plan)


def _fault(history: History, record: Record) -> None:
    fault = Fault.of(record)
    history.faults.append(fault)
    if fault.delivery is not None:
        history.faults_at[fault.delivery, fault.number].add(fault.fault)


def _step(history: History, record: Record) -> None:
    history.steps.append(Step.of(record))


def _outage(history: History, record: Record) -> None:
    history.outages.append(Outage.of(record))


def _messages(history: History, record: Record) -> None:
    read = MessagesRead.of(record)
    history.messages_of[read.channel].append(read)


def _usage(history: History, record: Record) -> None:
    read = UsageRead.of(record)
    history.usage_of[read.tenant].append(read)


def _metrics(history: History, record: Record) -> None:
    history.metrics.append(MetricsRead.of(record))


def _trespass(history: History, record: Record) -> None:
    trespass = Trespass.of(record)
    history.trespasses_of[trespass.channel].append(trespass)


_READERS: Mapping[str, Callable[[History, Record], None]] = {
    "event": _event,
    "attempt": _attempt,
    "world": _world,
    "answer": _answer,
    "qr": _qr,
    "state": _state,
    "scan": _scan,
    "seen": _seen,
    "click": _click,
    "reply": _reply,
    "call": _call,
    "plan": _plan,
    "fault": _fault,
    "step": _step,
    "outage": _outage,
    "messages": _messages,
    "usage": _usage,
    "metrics": _metrics,
    "trespass": _trespass,
}


KNOWN_KINDS = _NOT_INDEXED | frozenset(_READERS)
"""The kinds of records that this version knows."""


def _named(starts: Iterable[Record]) -> Iterator[tuple[str, Record]]:
    return ((str(start.get("journey")), start) for start in starts)
