"""The simulated person."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest

from scenarios.adapters import Answer, Channel, Tenant
from scenarios.adapters.echo import EchoAdapter
from scenarios.itinerary import Deadlines, JourneyResult, JourneySpec
from scenarios.journey import run_journey
from scenarios.judging import Truth, check, every_invariant
from scenarios.page import open_page
from scenarios.status import ChannelStatus
from scenarios.tests.stage import LoopTime, Notes, live, spec
from scenarios.timing import LoopClock

# Stands where a number does, and is equal to any that is near.
about: Any = pytest.approx
CONNECTING = ChannelStatus.CONNECTING
RunAtOnce = Callable[[Callable[[], Any]], Any]


def good(notes: Notes) -> EchoAdapter:
    """A right backend: half a second to the QR, a quarter to open."""
    return EchoAdapter(qr_after_s=0.5, open_after_s=0.25, record=notes.write)


def one(
    run_at_once: RunAtOnce,
    adapter: Callable[[Notes], EchoAdapter],
    journey: JourneySpec | None = None,
    **more: Any,
) -> tuple[JourneyResult, Notes]:
    """What came of a single journey."""
    results, notes = run_at_once(lambda: live(adapter, journey or spec(), **more))
    return results[0], notes


def test_the_whole_journey(run_at_once: RunAtOnce) -> None:
    """Create, start, scan, disconnect, and the same with a new QR; times run from the click that was meant."""
    result, notes = one(run_at_once, good)

    assert result == JourneyResult(
        journey="journey-1",
        channel="1",
        intended_s=1.0,
        outcome="completed",
        reason="",
        time_to_qr_s=about(0.5),
        time_to_connected_s=about(0.5 + 0.8 + 0.25),
        connected=True,
    )
    actions = [click["action"] for click in notes.of("click")]
    assert actions == ["create", "start", "disconnect", "request_qr", "disconnect", "delete"]


def test_the_person_scans_what_is_shown(run_at_once: RunAtOnce) -> None:
    """Every code that is scanned was on the page before, and each once."""
    _, notes = one(run_at_once, good)

    scanned = [scan["code"] for scan in notes.of("scan")]
    assert scanned == ["2@echo,1,1", "2@echo,1,2"]
    assert set(scanned) <= {seen["code"] for seen in notes.of("seen")}


def test_a_right_backend_breaks_no_invariant(run_at_once: RunAtOnce) -> None:
    """What a right backend shows is judged right, and what the journey exercises is known."""
    _, notes = one(run_at_once, good, spec(stay_s=2.0))

    words = {rule.id: check(rule, notes.history(), phase="told").verdict for rule in every_invariant()}
    assert Truth.FALSE not in words.values()
    assert {words["I7"], words["I21"], words["I27"]} == {Truth.TRUE}


def test_the_newest_code_is_scanned(run_at_once: RunAtOnce) -> None:
    """A QR that changes while the person reaches for the phone is not scanned any more."""

    class Refreshing(EchoAdapter):
        def _show_qr(self, entry: Any) -> None:
            super()._show_qr(entry)
            if len(entry.codes) == 1:
                self._later(entry, 0.5, self._show_qr)

    _, notes = one(run_at_once, lambda notes: Refreshing(record=notes.write), spec(again=False))

    assert [scan["code"] for scan in notes.of("scan")] == ["2@echo,1,2"]


def test_a_refused_code_is_not_scanned_again_but_the_next_one_is(run_at_once: RunAtOnce) -> None:
    """The person keeps looking and tries the next QR that is shown."""

    class Unlucky(EchoAdapter):
        async def scan(self, *, code: str, **given: Any) -> dict[str, Any]:
            if code == "2@echo,1,1":
                self._later(self._entries["1"], 3.0, self._show_qr)
                self._record("scan", instance="1", code=code, verdict="expired")
                return {"verdict": "expired"}
            return await super().scan(code=code, **given)

    result, notes = one(run_at_once, lambda notes: Unlucky(record=notes.write), spec(again=False))

    assert [scan["verdict"] for scan in notes.of("scan")] == ["expired", "linked"]
    assert (result.outcome, result.time_to_qr_s) == ("completed", 0.0)


@pytest.mark.parametrize(
    ("backend", "patience", "outcome", "reason"),
    [
        ({"qr_after_s": 99.0}, Deadlines(qr_s=5.0), "no_qr", "last showed CONNECTING"),
        ({"open_after_s": 99.0}, Deadlines(connected_s=5.0), "not_connected", "last showed QRCODE"),
    ],
)
def test_patience_has_an_end(
    run_at_once: RunAtOnce, backend: dict[str, Any], patience: Deadlines, outcome: str, reason: str
) -> None:
    """A wait that brings nothing ends the journey at its deadline, and says what was shown instead."""
    result, notes = one(run_at_once, lambda notes: EchoAdapter(record=notes.write, **backend), spec(deadlines=patience))

    assert result.outcome == outcome
    assert reason in result.reason
    assert (notes.records[-1].kind, round(notes.records[-1].t, 3)) == ("journey.end", 6.0)


class Spelled(StrEnum):
    """What a provider would say."""

    CONNECTED = "connected"
    CONNECTING = "connecting"


def test_a_status_in_another_spelling_is_not_connected(run_at_once: RunAtOnce) -> None:
    """The person waits for the word CONNECTED, as the page does."""

    class Misspelling(EchoAdapter):
        def _open(self, entry: Any) -> None:
            self._change(entry, Spelled.CONNECTED, phase="open")  # type: ignore[arg-type]

    result, _ = one(run_at_once, lambda notes: Misspelling(record=notes.write))

    assert result.outcome == "not_connected"
    assert "last showed connected" in result.reason


def test_a_channel_that_stays_connected_after_disconnect_is_told(run_at_once: RunAtOnce) -> None:
    """A click that does nothing ends the journey at its deadline."""

    class Clinging(EchoAdapter):
        async def disconnect(self, tenant: Tenant, channel: Channel) -> Answer:  # noqa: ARG002  overrides
            return Answer(200, {}, 0.0)

    result, _ = one(run_at_once, lambda notes: Clinging(record=notes.write))

    assert (result.outcome, result.connected) == ("not_disconnected", True)


def test_a_status_that_does_not_hold_is_told(run_at_once: RunAtOnce) -> None:
    """A person who stays sees that CONNECTED went away again."""

    class Fickle(EchoAdapter):
        def _open(self, entry: Any) -> None:
            super()._open(entry)
            self._later(entry, 1.0, lambda entry: self._change(entry, CONNECTING, phase="opening"))

    result, _ = one(run_at_once, lambda notes: Fickle(record=notes.write), spec(stay_s=3.0))

    assert (result.outcome, result.reason) == (
        "not_connected",
        "CONNECTED did not hold for 3 s: now CONNECTING",
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500, {"error": "broken"}, 0.1), "start: answered 500 {'error': 'broken'}"),
        (Answer(0, None, 20.0, error="timeout"), "start: no answer (timeout)"),
    ],
)
def test_a_refused_click_ends_the_journey_at_once(run_at_once: RunAtOnce, answer: Answer, reason: str) -> None:
    """Nobody waits for a QR after an error message."""

    class Refusing(EchoAdapter):
        async def start(self, tenant: Tenant, channel: Channel) -> Answer:  # noqa: ARG002  overrides
            return answer

    result, notes = one(run_at_once, lambda notes: Refusing(record=notes.write))

    assert (result.outcome, result.reason) == ("refused", reason)
    assert notes.records[-1].t == pytest.approx(1.0)


def test_a_harness_that_is_late_counts_its_own_delay(run_at_once: RunAtOnce) -> None:
    """Times run from the click that was meant, even when it came later."""
    result, _ = one(run_at_once, good, spec(intended_s=0.25))

    assert result.time_to_qr_s == pytest.approx(0.75 + 0.5)


def test_a_slow_create_is_not_counted_as_time_to_the_qr(run_at_once: RunAtOnce) -> None:
    """The start click is meant for the moment at which the channel is there."""

    class SlowCreate(EchoAdapter):
        async def create_channel(self, tenant: Tenant, name: str) -> tuple[Answer, Channel | None]:
            await asyncio.sleep(4.0)  # virtual time
            answer, channel = await super().create_channel(tenant, name)
            return replace(answer, duration_s=4.0), channel

    result, _ = one(run_at_once, lambda notes: SlowCreate(qr_after_s=0.5, record=notes.write))

    assert result.time_to_qr_s == pytest.approx(0.5)


def test_a_start_that_answers_late_does_not_hide_the_qr(run_at_once: RunAtOnce) -> None:
    """The person looks at the page while the click is still being answered."""

    class SlowStart(EchoAdapter):
        async def start(self, tenant: Tenant, channel: Channel) -> Answer:
            answer = await super().start(tenant, channel)
            await asyncio.sleep(5.0)  # virtual time
            return answer

    result, _ = one(run_at_once, lambda notes: SlowStart(qr_after_s=0.5, record=notes.write))

    assert (result.outcome, result.time_to_qr_s) == ("completed", 0.5)


def test_a_bug_of_the_harness_is_an_outcome_on_record(run_at_once: RunAtOnce) -> None:
    """A phone that breaks loses one journey, not the run."""

    class BrokenPhone:
        async def scan(self, **given: Any) -> dict[str, Any]:
            raise ConnectionError(f"no control API for {given['number']}")

    result, notes = one(run_at_once, good, phone=BrokenPhone())

    assert (result.outcome, result.reason) == ("error", "ConnectionError: no control API for 5511900000001")
    assert notes.of("journey.end")[0]["outcome"] == "error"


def test_a_journey_that_is_cut_off_is_on_record(run_at_once: RunAtOnce) -> None:
    """When the run ends early, the journey's end says so."""
    notes = Notes()

    async def work() -> None:
        echo = EchoAdapter(qr_after_s=99.0)
        tenant = await echo.provision("shop", channels_max=1)
        clock = LoopClock(LoopTime())
        async with open_page(echo, tenant, phase="told", recorder=notes, clock=clock) as page:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(3.0):
                    await run_journey(spec(), page, phone=echo)
        await echo.close()

    run_at_once(work)

    assert notes.of("journey.end")[0]["reason"].startswith("cut off")


def test_many_people_share_one_page(run_at_once: RunAtOnce) -> None:
    """A hundred journeys listen on one socket and load one list."""
    loads: list[float] = []

    class Counting(EchoAdapter):
        async def list_channels(self, tenant: Tenant) -> Any:
            loads.append(LoopTime().now())
            return await super().list_channels(tenant)

    people = [spec(journey=f"journey-{n}", channel_name=f"channel {n}", again=False) for n in range(100)]
    results, notes = run_at_once(
        lambda: live(lambda notes: Counting(qr_after_s=0.5, open_after_s=0.25, record=notes.write), *people)
    )

    assert {result.outcome for result in results} == {"completed"}
    assert len({result.channel for result in results}) == 100
    assert len(loads) <= notes.records[-1].t / 0.5 + 1
