"""One scenario as a phase of a run."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fake_evolution import World
from scenarios.adapters import Answer, Channel, Tenant
from scenarios.adapters.echo import EchoAdapter
from scenarios.dsl import Channels, JourneyPlan, Moment, Scenario, Step
from scenarios.itinerary import JourneyResult
from scenarios.judging import Truth, check, every_invariant
from scenarios.runner import BackendDiedError, Bench, run_scenario, starts_max
from scenarios.scenario_file import catalogue
from scenarios.tests.stage import LoopTime, Notes
from scenarios.timing import LoopClock

RunAtOnce = Callable[[Callable[[], Any]], Any]


class Provider:
    """Remembers the worlds it was given."""

    def __init__(self) -> None:
        self.worlds: list[tuple[World | None, int | None]] = []

    async def reset(self, *, world: World | None = None, seed: int | None = None) -> None:
        self.worlds.append((world, seed))


class Backend:
    """Lives until it is ended."""

    def __init__(self) -> None:
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()


class Dying(EchoAdapter, Backend):
    """Ends at the first start."""

    def __init__(self) -> None:
        EchoAdapter.__init__(self)
        Backend.__init__(self)

    async def start(self, tenant: Tenant, channel: Channel) -> Answer:
        self.exited.set_result(-9)
        return await super().start(tenant, channel)


class Counts:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def say(self, text: str) -> None:
        raise AssertionError(f"nothing is said here: {text}")

    def count(self, what: str, done: int, total: int, *, failed: int = 0) -> None:
        assert failed == 0
        self.told.append((what, done, total))


def bench(notes: Notes, adapter: EchoAdapter, kept: list[JourneyResult], **more: Any) -> Bench:
    """Everything a phase needs, in memory."""
    parts: dict[str, Any] = {"fake": Provider(), "backend": Backend(), "reporter": Counts()}
    return Bench(
        journal=notes,
        clock=LoopClock(LoopTime()),
        adapter=adapter,
        phone=adapter,
        keep=lambda result, _phase: kept.append(result),
        **parts | more,
    )


def echo(notes: Notes) -> EchoAdapter:
    """A right backend."""
    return EchoAdapter(qr_after_s=0.4, open_after_s=0.25, record=notes.write)


def plain(**changes: Any) -> Scenario:
    """A scenario of two channels."""
    return replace(Scenario(name="plain", description="A test.", channels=Channels(count=2)), **changes)


def test_a_phase_is_on_record_from_start_to_end(run_at_once: RunAtOnce) -> None:
    """The fake gets the scenario's world and seed, and everything lies between the two marks."""
    notes, kept, fake, counts = Notes(), list[JourneyResult](), Provider(), Counts()
    scenario = plain()

    async def work() -> Any:
        return await run_scenario(bench(notes, echo(notes), kept, fake=fake, reporter=counts), scenario, seed=5)

    results = run_at_once(work)

    assert [result.outcome for result in results] == ["completed", "completed"]
    assert kept == list(results)
    assert fake.worlds == [(scenario.world, 5)]
    assert (notes.records[0].kind, notes.records[-1].kind) == ("phase.start", "phase.end")
    assert counts.told == [("plain", 0, 2), ("plain", 1, 2), ("plain", 2, 2)]


def test_same_seed_same_people(run_at_once: RunAtOnce) -> None:
    """Who holds the phones follows from the seed, and nobody shares a number."""

    def numbers(seed: int) -> list[str]:
        notes = Notes()
        run_at_once(lambda: run_scenario(bench(notes, echo(notes), []), plain(), seed=seed))
        return [scan["number"] for scan in notes.of("scan")]

    first, again, other = numbers(1), numbers(1), numbers(2)

    assert first == again != other
    assert len(set(first)) == 2


def test_one_by_one_waits_for_each_to_end(run_at_once: RunAtOnce) -> None:
    """No journey begins before the one before it has ended."""
    notes = Notes()
    scenario = plain(channels=Channels(count=3, one_by_one=True))

    run_at_once(lambda: run_scenario(bench(notes, echo(notes), []), scenario, seed=1))

    lives = sorted(notes.history().journeys.values(), key=lambda life: life.start_s)
    ends = [life.end_s for life in lives]
    assert all(end is not None and end <= life.start_s for end, life in zip(ends, lives[1:], strict=False))


def test_a_backend_that_dies_ends_the_phase_at_once(run_at_once: RunAtOnce) -> None:
    """Nobody waits for a dead backend, and the journeys that it cut off are on record."""
    notes = Notes()

    async def work() -> None:
        dying = Dying()
        with pytest.raises(BackendDiedError, match="exit code -9"):
            await run_scenario(bench(notes, dying, [], backend=dying), plain(channels=Channels(1)), seed=1)

    run_at_once(work)

    assert [record.kind for record in notes.records[-2:]] == ["sut", "phase.end"]
    assert (notes.records[-2]["what"], notes.records[-2]["exit_code"]) == ("exited", -9)
    assert notes.records[-1].t < 1.0
    assert notes.of("journey.end")[0]["reason"].startswith("cut off")


@pytest.mark.parametrize("scenario", catalogue(), ids=lambda scenario: scenario.name)
def test_every_scenario_of_the_catalogue_runs_against_echo(run_at_once: RunAtOnce, scenario: Scenario) -> None:
    """A right backend completes every journey and is never accused."""
    notes = Notes()

    results = run_at_once(lambda: run_scenario(bench(notes, echo(notes), []), scenario, seed=1))

    verdicts = [check(rule, notes.history(), phase=scenario.name) for rule in every_invariant()]
    assert {result.outcome for result in results} == {"completed"}
    assert [verdict.id for verdict in verdicts if verdict.verdict is Truth.FALSE or verdict.trace] == []


def test_patience_of_a_scenario_reaches_the_journey(run_at_once: RunAtOnce) -> None:
    """What the file says of the person is what the person does."""
    notes = Notes()
    scenario = plain(journey=JourneyPlan(again=False, stay_s=7.0), channels=Channels(count=1))

    run_at_once(lambda: run_scenario(bench(notes, echo(notes), []), scenario, seed=1))

    assert [click["action"] for click in notes.of("click")] == ["create", "start", "disconnect", "delete"]
    assert notes.records[-1].t >= 14.0


@pytest.mark.parametrize(
    ("again", "script", "most"), [(False, (), 12), (True, (), 24), (True, (Step(Moment.QR, "start-again"),), 36)]
)
def test_a_plan_has_room_for_every_start(most: int, *, again: bool, script: tuple[Step, ...]) -> None:
    """A backend that counts starts and never counts one down refuses nobody within a run."""
    scenario = Scenario("s", "d", journey=JourneyPlan(again=again), script=script)

    assert starts_max(scenario, 3) == most
