"""Tests of the courier, with a sender that only notes what it is given, on a clock that is advanced by hand."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fake_evolution import Journal, MonotonicClock, Rng
from fake_evolution.delivery.courier import Courier
from fake_evolution.delivery.retry import RetryPolicy
from fake_evolution.delivery.sender import Sender
from fake_evolution.plan import Answer, Attempt, Delivery, Outcome, Plan, Webhook
from fake_evolution.scheduler import Scheduler

OK = Answer(Outcome.OK, status=200)
FAILED = Answer(Outcome.FAIL, status=500)
EXACT = RetryPolicy(jitter=0.0)
FIRST_ATTEMPT = {
    "delivery": "a",
    "event_id": "sales#1",
    "instance": "sales",
    "event": "connection.update",
    "attempt": 1,
    "copy": 0,
    "due_s": 0.0,
    "sent_s": 0.0,
    "lateness_ms": 0.0,
    "outcome": Outcome.OK,
    "status": 200,
    "error": None,
    "duration_s": 0.0,
}


class NotingSender:
    """Carries nothing anywhere: notes address and time, and gives the answers it was told to give, then OK."""

    def __init__(self, clock: MonotonicClock, answers: Sequence[Answer | Exception]) -> None:
        self._clock, self._answers = clock, list(answers)
        self.sent: list[tuple[str, float]] = []
        self.let_go = asyncio.Event()
        self.let_go.set()

    async def send(self, webhook: Webhook, timeout_s: float) -> Answer:
        """Note it, and answer once let go."""
        assert timeout_s > 0
        self.sent.append((webhook.url, self._clock.now()))
        await self.let_go.wait()
        answer = self._answers.pop(0) if self._answers else OK
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Nothing to let go of."""


class Round:
    """A courier with all that it needs."""

    def __init__(self, *answers: Answer | Exception, plans: dict[str, Plan] | None = None) -> None:
        self.clock = MonotonicClock(rate=0)
        self.bugs: list[BaseException] = []
        self.scheduler = Scheduler(self.clock, on_bug=self.bugs.append)
        self.noting = NotingSender(self.clock, answers)
        sender: Sender = self.noting
        self.journal = Journal(clock=self.clock)
        self.plans = plans or {}
        self.done: list[str] = []
        self.courier = Courier(
            clock=self.clock,
            scheduler=self.scheduler,
            sender=sender,
            journal=self.journal,
            rng=Rng(1),
            policy=EXACT,
            plan_of=lambda delivery, number: self.plans.get(f"{delivery.delivery_id}/{number}", (Attempt(),)),
            on_bug=self.bugs.append,
        )

    def deliver(self, name: str, order: int = 1) -> None:
        """Deliver the webhook of this name."""
        webhook = Webhook(name, {}, b"")
        delivery = Delivery(name, f"sales#{order}", "sales", order, "connection.update", None, webhook)
        self.courier.deliver(delivery, lambda: self.done.append(name))

    async def advance(self, seconds: float) -> None:
        """Advance the clock and let everything that is due happen."""
        self.clock.advance(seconds)
        self.scheduler.wake()
        for _ in range(20):
            await asyncio.sleep(0)

    def attempts(self, *names: str) -> list[tuple[Any, ...]]:
        """These fields of the attempts in the journal."""
        return [tuple(record[name] for name in names) for record in self.journal.after(0, kind="attempt")]


async def test_delivery_is_sent_once_and_done() -> None:
    """A webhook that is answered with success is sent at once and never again."""
    way = Round()
    way.deliver("a")

    await way.advance(0)
    await way.advance(1000)

    assert (way.noting.sent, way.done) == ([("a", 0.0)], ["a"])
    (record,) = way.journal.after(0, kind="attempt")
    assert record.fields == FIRST_ATTEMPT


async def test_failed_attempt_comes_again_after_its_wait() -> None:
    """5 s after the first failure, 10 s after the second, to the instant; then it is done."""
    way = Round(FAILED, FAILED)
    way.deliver("a")

    for seconds in (0, 4.75, 0.25, 9.75, 0.25, 1000):
        await way.advance(seconds)

    assert way.noting.sent == [("a", 0.0), ("a", 5.0), ("a", 15.0)]
    assert way.attempts("attempt", "outcome") == [(1, "fail"), (2, "fail"), (3, "ok")]
    assert way.done == ["a"]


async def test_delivery_is_given_up_after_the_last_attempt() -> None:
    """After ten failures it is done, 20 minutes later."""
    way = Round(*[FAILED] * 11)
    way.deliver("a")

    await way.advance(0)
    for wait_s in (5, 10, 20, 40, 80, 160, 300, 300, 300, 300):
        await way.advance(wait_s)

    assert (len(way.noting.sent), way.noting.sent[-1], way.done) == (10, ("a", 1215.0), ["a"])


async def test_deliveries_do_not_wait_for_each_other() -> None:
    """A receiver that is slow with one webhook gets the next one all the same."""
    way = Round()
    way.noting.let_go.clear()
    way.deliver("a")
    way.deliver("b", order=2)

    await way.advance(0)

    assert (way.noting.sent, way.courier.in_flight, way.done) == ([("a", 0.0), ("b", 0.0)], 2, [])


async def test_copies_go_their_own_ways() -> None:
    """Of two copies one may fail and be tried again; the delivery is over when both are."""
    way = Round(OK, FAILED, plans={"a/1": (Attempt(), Attempt(3.0))})
    way.deliver("a")

    for seconds in (0, 3, 4.75):
        await way.advance(seconds)
    before = list(way.done)
    await way.advance(0.25)

    assert way.attempts("attempt", "copy", "sent_s") == [(1, 0, 0.0), (1, 1, 3.0), (2, 1, 8.0)]
    assert (before, way.done) == ([], ["a"])


async def test_empty_plan_is_over_at_once() -> None:
    """A dropped delivery is done without an attempt."""
    way = Round(plans={"a/1": ()})

    way.deliver("a")

    assert (way.noting.sent, way.done) == ([], ["a"])


async def test_held_delivery_goes_after_the_next_one_has_ended() -> None:
    """Held past one, it is overtaken by the next delivery of its instance, and by no more."""
    way = Round(plans={"a/1": (Attempt(0.0, 1, 10.0),)})
    way.deliver("a", order=1)
    await way.advance(1)
    way.deliver("b", order=2)
    await way.advance(0)
    way.deliver("c", order=3)
    await way.advance(0)

    assert [url for url, _ in way.noting.sent] == ["b", "a", "c"]


async def test_held_delivery_does_not_wait_for_ever() -> None:
    """When nothing overtakes it, it goes after its longest time, and what was emitted earlier does not count."""
    way = Round(plans={"b/1": (Attempt(0.0, 1, 10.0),), "a/1": (Attempt(4.0),)})
    way.deliver("a", order=1)
    way.deliver("b", order=2)

    for seconds in (0, 4, 5.75, 0.25):
        await way.advance(seconds)

    assert way.noting.sent == [("a", 4.0), ("b", 10.0)]


async def test_lateness_is_measured_from_the_due_time() -> None:
    """An attempt that could only be made late says by how much."""
    way = Round(plans={"a/1": (Attempt(2.0),)})
    way.deliver("a")

    await way.advance(2.5)

    assert way.attempts("due_s", "sent_s", "lateness_ms") == [(2.0, 2.5, 500.0)]
    assert way.courier.lateness_s_max == 0.5


async def test_stop_cuts_off_what_does_not_end() -> None:
    """Attempts on the wire that do not finish in time are cancelled and counted."""
    way = Round()
    way.noting.let_go.clear()
    way.deliver("a")
    await way.advance(0)

    cut = await way.courier.stop(grace_s=0)

    assert (cut, way.courier.in_flight, way.done, way.bugs) == (1, 0, [], [])


async def test_stop_lets_finish_and_begins_nothing() -> None:
    """While the courier stops, what is on the wire ends; what comes due meanwhile, or later, is left and counted."""
    way = Round(FAILED, plans={"b/1": (Attempt(2.0),), "c/1": (Attempt(60.0),)})
    way.noting.let_go.clear()
    for name in ("a", "b", "c"):
        way.deliver(name)
    await way.advance(0)
    stopping = asyncio.ensure_future(way.courier.stop(grace_s=10))

    await way.advance(2)
    way.noting.let_go.set()

    assert await stopping == 0
    assert way.courier.left == 3  # b came due, c did not, and a has a retry to come
    assert [url for url, _ in way.noting.sent] == ["a"]


async def test_bug_of_a_sender_is_told() -> None:
    """An exception that no receiver can cause reaches whoever owns the fake."""
    bug = LookupError("a bug")
    way = Round(bug)

    way.deliver("a")
    await way.advance(0)

    assert way.bugs == [bug]


async def test_nothing_leaves_before_its_plan_is_in_the_file(tmp_path: Path) -> None:
    """Whoever carries attempts out finds everything that led to them written, whatever the client."""
    way, path = Round(), tmp_path / "journal.jsonl"
    found: list[bytes] = []

    async def look(webhook: Webhook, timeout_s: float) -> Answer:
        assert (webhook.url, timeout_s) == ("a", 1.0)
        found.extend(path.read_bytes().splitlines())
        return OK

    way.noting.send = look  # type: ignore[method-assign]
    with Journal(path, clock=way.clock) as journal:
        way.courier._journal = journal
        journal.note("plan", {"delivery": "a"}, waits=True)
        await way.courier._carried_out(Webhook("a", {}, b""), None, 1.0)

    assert [line.endswith(b'"delivery":"a"}') for line in found] == [True]
