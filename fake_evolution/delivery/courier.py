"""The courier: carries plans out, and asks for the next attempt when one has failed.

    plan ─▶ scheduler ─due▶ (held?) ─▶ sender ─▶ answer ─▶ journal
                ▲                                   │ failed: when again?
                └────────── plan of attempt n+1 ◀───┘          the one backward edge

A plan may hold several attempts of the same number (copies): each goes its own way to its own last retry, and the
delivery is over when all of them are.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import isinf

from fake_evolution.clock import Clock
from fake_evolution.delivery.exchange import Exchange, Posting
from fake_evolution.delivery.retry import RetryPolicy, next_delay_s
from fake_evolution.delivery.sender import Sender
from fake_evolution.delivery.wire_faults import Departing, WireFaults
from fake_evolution.journal import Journal
from fake_evolution.plan import AT_ONCE, Answer, Attempt, Delivery, Outcome, Plan, Webhook, Wire
from fake_evolution.rng import Rng
from fake_evolution.scheduler import Scheduler, Ticket

PlanOf = Callable[[Delivery, int], Plan]

_REVENANTS_AN_INSTANCE_MAX = 1000


@dataclass(slots=True)
class _Duty:
    delivery: Delivery
    done: Callable[[], None]
    open_ways: int = 0


@dataclass(slots=True)
class _Held:
    way: "_Way"
    past_left: int
    deadline: Ticket | None = None


@dataclass(slots=True)
class _Way:
    """One attempt on its way, with the number of its copy."""

    duty: _Duty
    number: int
    copy: int
    due_s: float
    attempt: Attempt
    exchange: Exchange | None = None


class Courier:
    """Carries deliveries out, concurrently and without any order between them, as the real server does."""

    def __init__(
        self,
        *,
        clock: Clock,
        scheduler: Scheduler,
        sender: Sender,
        journal: Journal,
        rng: Rng,
        policy: RetryPolicy,
        plan_of: PlanOf,
        on_bug: Callable[[BaseException], None],
    ) -> None:
        self._clock, self._scheduler, self._sender, self._journal = clock, scheduler, sender, journal
        self._rng, self._policy, self._plan_of, self._on_bug = rng, policy, plan_of, on_bug
        self._held: dict[str, list[_Held]] = {}
        self._sending: set[asyncio.Future[Answer]] = set()
        self._posting = sender if isinstance(sender, Posting) else None
        self._posted: set[Exchange] = set()
        self._revenants: dict[str, list[_Way]] = {}
        self._departing = sender if isinstance(sender, Departing) else WireFaults(sender, scheduler.sleep)
        self._stopping = False
        self._refused = 0
        self.attempts_made = 0
        self.lateness_s_max = 0.0

    @property
    def left(self) -> int:
        """How many attempts wait for their time, or came due while the courier was stopping."""
        held = sum(len(waiting) for waiting in self._held.values())
        return self._refused + held + self._scheduler.waiting_for(self._on_due, self._send)

    @property
    def in_flight(self) -> int:
        """How many attempts are on the wire right now."""
        return len(self._sending) + len(self._posted)

    def deliver(self, delivery: Delivery, done: Callable[[], None]) -> None:
        """Plan the delivery and carry it out; `done` is called after its last attempt."""
        self._start(_Duty(delivery, done), number=1, copy=None, wait_s=0.0)

    async def stop(self, *, grace_s: float) -> int:
        """Let attempts on the wire finish for up to `grace_s` real seconds; returns how many had to be cut off."""
        loop = asyncio.get_running_loop()
        sending = [*self._sending, *(exchange.awaited(loop) for exchange in self._posted)]
        if not sending:
            return 0
        self._stopping = True
        try:
            _, cut = await asyncio.wait(sending, timeout=grace_s)
            for one in cut:
                one.cancel()
            await asyncio.gather(*cut, return_exceptions=True)
            self._posted = {exchange for exchange in self._posted if not exchange.done}
        finally:
            self._stopping = False
        return len(cut)

    async def forget(self) -> None:
        """Cut off what is on the wire and drop what is held: the process that would have sent it is gone."""
        self._held.clear()
        self._revenants.clear()
        await self.stop(grace_s=0)

    def instance_removed(self, instance: str) -> None:
        """Let those attempts come that waited for the instance to be gone."""
        for way in self._revenants.pop(instance, ()):
            way.due_s = self._clock.now() + way.attempt.due_s
            way.duty.open_ways += 1
            self._scheduler.at(way.due_s, partial(self._send, way))

    def _start(self, duty: _Duty, *, number: int, copy: int | None, wait_s: float) -> None:
        """Send the attempts of this number, or put them into the scheduler; a retry keeps the number of its copy.

        What is due goes out at once: behind what is overdue it would pile up, unseen by whoever counts what waits.
        """
        plan = self._plan_of(duty.delivery, number)
        now_s = self._clock.now()
        if plan is AT_ONCE and not wait_s and not self._stopping:
            duty.open_ways += 1
            self._send(_Way(duty, number, copy or 0, now_s, plan[0]))
            return
        start_s = now_s + wait_s
        ways = [
            _Way(duty, number, index if copy is None else copy, start_s + attempt.due_s, attempt)
            for index, attempt in enumerate(plan)
        ]
        for way in [way for way in ways if way.attempt.after_removal]:
            ways.remove(way)
            self._set_aside(way)
        duty.open_ways += len(ways)
        for way in ways:
            if way.due_s <= now_s and not self._stopping:
                self._on_due(way)
            else:
                self._scheduler.at(way.due_s, partial(self._on_due, way))
        if not ways and duty.open_ways == 0:
            duty.done()

    def _set_aside(self, way: _Way) -> None:
        """Keep it until its instance is removed; nothing waits for it, least of all the removal itself."""
        waiting = self._revenants.setdefault(way.duty.delivery.instance, [])
        if len(waiting) < _REVENANTS_AN_INSTANCE_MAX:
            way.duty = _Duty(way.duty.delivery, _nothing)
            waiting.append(way)

    def _on_due(self, way: _Way) -> None:
        if self._stopping:
            self._refused += 1
        elif way.attempt.hold_past:
            held = _Held(way, way.attempt.hold_past)
            self._held.setdefault(way.duty.delivery.instance, []).append(held)
            held.deadline = self._scheduler.after(way.attempt.hold_s_max, lambda: self._release(held))
        else:
            self._send(way)

    def _release(self, held: _Held) -> None:
        waiting = self._held.get(held.way.duty.delivery.instance, [])
        if held in waiting:
            waiting.remove(held)
            if held.deadline is not None:
                held.deadline.cancel()
            self._send(held.way)

    def _count_past(self, delivery: Delivery) -> None:
        for held in tuple(self._held.get(delivery.instance, ())):
            if held.way.duty.delivery.order < delivery.order:
                held.past_left -= 1
                if held.past_left <= 0:
                    self._release(held)

    def _send(self, way: _Way) -> None:
        asked_s = self._clock.now()
        webhook, wire, timeout_s = way.duty.delivery.webhook, way.attempt.wire, self._timeout_real_s(asked_s)
        if wire is None and self._posting is not None:
            way.exchange = self._posting.post(webhook, timeout_s, partial(self._answered, way, asked_s))
            if way.exchange is not None:
                self._posted.add(way.exchange)
                return
        sending = asyncio.ensure_future(self._carried_out(webhook, wire, timeout_s))
        self._sending.add(sending)
        sending.add_done_callback(partial(self._sent, way, asked_s))

    async def _carried_out(self, webhook: Webhook, wire: Wire | None, timeout_s: float) -> Answer:
        """Nothing leaves before the journal's file has what led to it."""
        self._journal.flush()
        if wire is None:
            return await self._sender.send(webhook, timeout_s)
        return await self._departing.send_departing(webhook, wire, timeout_s)

    def _sent(self, way: _Way, asked_s: float, sending: asyncio.Future[Answer]) -> None:
        self._sending.discard(sending)
        if sending.cancelled():
            return
        failure = sending.exception()
        if failure is not None:
            self._on_bug(failure)
            return
        self._answered(way, asked_s, sending.result())

    def _answered(self, way: _Way, asked_s: float, answer: Answer) -> None:
        if way.exchange is not None:
            self._posted.discard(way.exchange)
            way.exchange = None  # each knows the other: a body would stay until garbage is collected, which is rare
        try:
            self._ended(way, asked_s, answer)
        except Exception as bug:  # noqa: BLE001  the others go on; the owner of the fake is told
            self._on_bug(bug)

    def _ended(self, way: _Way, asked_s: float, answer: Answer) -> None:
        self.attempts_made += 1
        sent_s = asked_s if answer.sent_s is None else answer.sent_s
        wire = way.attempt.wire
        if wire is None or wire.deaf_for_s is None:
            self._note(way, sent_s, answer)
            self._go_on(way, answer)
        else:
            unheard = Answer(Outcome.UNKNOWN, error=f"no answer came back (lost: {answer.status or answer.error})")
            patience_s = min(wire.deaf_for_s, self._policy.timeout_s)
            self._scheduler.at(sent_s + patience_s, partial(self._conclude, way, sent_s, unheard))

    def _conclude(self, way: _Way, sent_s: float, answer: Answer) -> None:
        self._note(way, sent_s, answer)
        self._go_on(way, answer)

    def _timeout_real_s(self, now_s: float) -> float:
        real_s = self._clock.real_delay(now_s + self._policy.timeout_s)
        return self._policy.timeout_s if isinf(real_s) else real_s

    def _note(self, way: _Way, sent_s: float, answer: Answer) -> None:
        delivery = way.duty.delivery
        late_s = 0.0 if way.attempt.hold_past else sent_s - way.due_s
        self.lateness_s_max = max(self.lateness_s_max, late_s)
        found = {
            "delivery": delivery.delivery_id,
            "event_id": delivery.event_id,
            "instance": delivery.instance,
            "event": delivery.event,
            "attempt": way.number,
            "copy": way.copy,
            "due_s": round(way.due_s, 6),
            "sent_s": round(sent_s, 6),
            "lateness_ms": round(late_s * 1000, 3),
            "outcome": answer.outcome,
            "status": answer.status,
            "error": answer.error,
            "duration_s": round(self._clock.now() - sent_s, 6),
        }
        if way.attempt.wire is not None:
            found["wire"] = way.attempt.wire.words
        self._journal.note("attempt", found, waits=True)

    def _go_on(self, way: _Way, answer: Answer) -> None:
        duty = way.duty
        wait_s = None if answer.outcome is Outcome.OK else self._wait_s(way, answer)
        duty.open_ways -= 1
        if self._held and (answer.outcome is Outcome.OK or wait_s is None):
            self._count_past(duty.delivery)
        if wait_s is not None:
            self._start(duty, number=way.number + 1, copy=way.copy, wait_s=wait_s)
        elif duty.open_ways == 0:
            duty.done()

    def _wait_s(self, way: _Way, answer: Answer) -> float | None:
        if way.attempt.wire is not None and way.attempt.wire.once:
            return None
        draws = self._rng.keyed("retry", way.duty.delivery.delivery_id, way.number, way.copy)
        return next_delay_s(self._policy, attempt=way.number, answer=answer, draws=draws)


def _nothing() -> None:
    """Who waits for a revenant."""
