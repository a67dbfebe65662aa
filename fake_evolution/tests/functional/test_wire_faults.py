"""Tests of the faults on the wire: what a backend gets to see of each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from fake_evolution import Delay, Drop, Duplicate, Fault, FaultRule, Reorder, Selector, World
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Stage

FIRST_CONNECTING = Selector(event="connection.update", state="connecting", nth=(1,))
QRCODES = Selector(event="qrcode.updated")
Staged = Callable[..., Awaitable[Stage]]


@pytest.fixture
async def staged(sink: Sink) -> AsyncIterator[Staged]:
    """Makes a fake with this one fault, and an instance in it that asks for a QR code."""
    async with AsyncExitStack() as still_open:

        async def make(fault: Fault, select: Selector, probability: float = 1.0) -> Stage:
            world = World(faults=(FaultRule("trouble", fault, probability, select),))
            stage = await still_open.enter_async_context(Stage(world=world))
            await stage.create("sales", sink.url)
            await stage.during(stage.call("GET", "/instance/connect/sales"))
            return stage

        yield make


async def test_no_rule_leaves_everything_as_it_is(staged: Staged, sink: Sink) -> None:
    """A rule with probability 0 changes neither order nor number nor time."""
    stage = await staged(Drop(), Selector(), 0.0)

    assert sink.events == ["instance.create", "connection.update connecting", "qrcode.updated"]
    assert stage.records("fault") == []
    assert {record["lateness_ms"] for record in stage.records("attempt")} == {0.0}


async def test_delay_comes_exactly_so_much_later(staged: Staged, sink: Sink) -> None:
    """Four seconds of delay are four seconds after the event, and not an instant less."""
    stage = await staged(Delay(4.0), QRCODES)
    before = list(sink.events)

    await stage.pass_time(60)

    (event,) = [record for record in stage.records("event") if record["event"] == "qrcode.updated"][:1]
    sent_s = [record["sent_s"] for record in stage.records("attempt") if record["event"] == "qrcode.updated"]
    assert before == ["instance.create", "connection.update connecting"]
    assert sent_s[0] == pytest.approx(event.t + 4.0, abs=1e-6)


async def test_duplicate_comes_twice_with_the_same_octets(staged: Staged, sink: Sink) -> None:
    """The copy cannot be told from the first one."""
    stage = await staged(Duplicate(gap_s=3.0), QRCODES)

    await stage.pass_time(4)

    first, second = [one for one in sink.received if one.event == "qrcode.updated"]
    assert first.raw == second.raw
    attempts = [record for record in stage.records("attempt") if record["event"] == "qrcode.updated"]
    assert [(one["attempt"], one["copy"]) for one in attempts] == [(1, 0), (1, 1)]


async def test_dropped_webhook_never_comes_and_is_recorded(staged: Staged, sink: Sink) -> None:
    """Nothing is sent, the plan is empty, the rule is named, and the server goes on as if it had been delivered."""
    stage = await staged(Drop(), FIRST_CONNECTING)

    await stage.pass_time(40)

    assert sink.events == ["instance.create", "qrcode.updated"]
    (fault,) = stage.records("fault")
    assert (fault["rule"], fault["fault"], fault["event"]) == ("trouble", "drop", "connection.update")
    (plan,) = [record for record in stage.records("plan") if record["delivery"] == fault["delivery"]]
    assert (plan["due_offsets_s"], plan["faults"]) == ([], ["trouble"])


async def test_held_webhook_is_overtaken_by_the_next(staged: Staged, sink: Sink) -> None:
    """Held past the next one, `connecting` arrives after the QR code that was emitted later."""
    stage = await staged(Reorder(past=1), FIRST_CONNECTING)

    assert sink.events == ["instance.create", "qrcode.updated", "connection.update connecting"]
    assert stage.emitted() == ["instance.create", "connection.update connecting", "qrcode.updated"]


async def test_open_can_be_overtaken_by_an_older_connecting(staged: Staged, sink: Sink) -> None:
    """Held past two, the `connecting` of before the scan arrives after `open`."""
    second = Selector(event="connection.update", state="connecting", nth=(2,))
    stage = await staged(Reorder(past=1), second)

    await stage.control.scan(instance="sales")
    await stage.pass_time(1)

    assert sink.events[-2:] == ["connection.update open", "connection.update connecting"]


async def test_held_webhook_comes_when_nothing_overtakes_it(staged: Staged, sink: Sink) -> None:
    """After its longest time it is sent all the same."""
    stage = await staged(Reorder(past=50, hold_s_max=10.0), FIRST_CONNECTING)
    await stage.pass_time(7.5)
    before = list(sink.events)

    await stage.pass_time(1)

    assert before == ["instance.create", "qrcode.updated"]
    assert sink.events[2:] == ["connection.update connecting"]


async def test_same_seed_gives_the_same_schedule(sink: Sink) -> None:
    """Two runs of one seed plan the same, rule by rule and digit by digit; another seed does not."""
    rules = (
        FaultRule("slow", Delay(1.0, 5.0), 0.5),
        FaultRule("lost", Drop(), 0.3),
        FaultRule("twice", Duplicate(), 0.4),
    )

    plans = []
    for seed in (1, 1, 2):
        async with Stage(world=World(faults=rules), seed=seed) as stage:
            await stage.open("sales", sink.url)
            plans.append([(p["event_id"], p["due_offsets_s"], p["faults"]) for p in stage.records("plan")])

    assert plans[0] == plans[1] != plans[2]
