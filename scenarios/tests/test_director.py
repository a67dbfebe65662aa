"""Scripts on the backend in memory: steps happen at their moments, and all of it is on record."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scenarios.adapters.echo import EchoAdapter
from scenarios.dsl import Channels, JourneyPlan, Moment, Scenario, Step
from scenarios.itinerary import Ends, JourneyResult, QrBy
from scenarios.outages import NotBackError
from scenarios.runner import Bench, run_scenario, starts_max
from scenarios.tests.company_stand_ins import EchoHands, EchoPhones, LeakyEcho, MortalEcho, bench_for
from scenarios.tests.stage import Notes

RunAtOnce = Callable[[Callable[[], Any]], Any]
PLAIN = Scenario(
    name="plain",
    description="A test.",
    journey=JourneyPlan(again=False, stay_s=5.0),
    channels=Channels(count=2),
)


@pytest.fixture
def played(run_at_once: RunAtOnce) -> Callable[..., tuple[list[JourneyResult], Notes]]:
    """Plays a scenario on what `make` sets up; without one, on a right backend."""

    def play(scenario: Scenario, make: Callable[[Notes], Bench] | None = None) -> tuple[list[JourneyResult], Notes]:
        notes = Notes()

        async def work() -> Any:
            setting = make(notes) if make else bench_for(notes, echo(notes))
            return await run_scenario(setting, scenario, seed=1)

        return list(run_at_once(work)), notes

    return play


def echo(notes: Notes, kind: type[EchoAdapter] = EchoAdapter) -> Any:
    """A backend that takes its time."""
    return kind(qr_after_s=0.4, open_after_s=0.25, record=notes.write)


def scripted(*steps: Step, **changes: Any) -> Scenario:
    """The plain scenario with a script."""
    return replace(PLAIN, script=steps, **changes)


@pytest.mark.parametrize("moment", Moment)
def test_every_moment_comes_once_a_channel(played: Any, moment: Moment) -> None:
    """A step of any moment is done for each channel, after the time it is told to wait."""
    _, notes = played(scripted(Step(moment, "read-usage", after_s=0.1), Step(moment, "read-metrics", once=True)))

    done = notes.of("step")

    assert [step["outcome"] for step in done] == ["done"] * 3
    assert sorted(step["do"] for step in done) == ["read-metrics", "read-usage", "read-usage"]
    assert {step["journey"] for step in done if step["do"] == "read-usage"} == {"plain-0001", "plain-0002"}
    assert {step["at"] for step in done} == {moment.value}


def test_steps_happen_in_the_order_of_a_journey(played: Any) -> None:
    """Each moment lies after the one before it."""
    script = [Step(moment, "read-metrics") for moment in Moment]

    _, notes = played(scripted(*script, channels=Channels(count=1)))

    assert [step["at"] for step in notes.of("step")] == [moment.value for moment in Moment]


def test_a_step_that_cannot_be_done_is_on_record_with_its_reason(played: Any) -> None:
    """Before a QR was shown nobody knows the channel's instance."""
    _, notes = played(scripted(Step(Moment.CREATED, "unlink", once=True)))

    (step,) = notes.of("step")

    assert step["outcome"] == "failed"
    assert "no instance is known of this channel yet" in step["error"]


def test_messages_are_written_and_acknowledged_on_the_right_phone(played: Any) -> None:
    """The instance is found by the code that was scanned; ids come back into the record."""
    phones: list[EchoPhones] = []

    def make(notes: Notes) -> Bench:
        backend = echo(notes)
        phones.append(EchoPhones(backend))
        return bench_for(notes, backend, phone=phones[0])

    script = (
        Step(Moment.CONNECTED, "receive-messages", args={"count": 2, "text": "oi"}),
        Step(Moment.CONNECTED, "acks", after_s=1.0),
    )
    _, notes = played(scripted(*script, channels=Channels(count=1)), make)

    assert notes.of("step")[0]["result"] == {"message_ids": ["M1.0", "M2.0"]}
    written = [("messages", "1", "oi (1)", False), ("messages", "1", "oi (2)", False)]
    assert phones[0].asked == [*written, ("ack", "1", "M1.0", "READ"), ("ack", "1", "M2.0", "READ")]


def test_an_outage_is_on_record_and_nobody_is_blamed_for_it(played: Any) -> None:
    """The click that got no answer is clicked again when the backend is back, and the journey goes on."""

    def make(notes: Notes) -> Bench:
        backend = echo(notes, MortalEcho)
        return bench_for(notes, backend, hands=EchoHands(backend))

    results, notes = played(scripted(Step(Moment.CREATED, "kill-backend", once=True, args={"down_s": 2.0})), make)

    starts = [reply["status_code"] for reply in notes.of("reply") if reply["action"] == "start"]
    assert [result.outcome for result in results] == ["completed", "completed"]
    assert sorted(starts) == [0, 0, 200, 200]
    assert [(one["action"], one["how"], one["exit_code"]) for one in notes.of("outage")] == [
        ("down", "kill", -9),
        ("up", "kill", None),
    ]


def test_without_an_outage_no_answer_is_the_end(played: Any) -> None:
    """A backend that goes away by itself is not excused."""

    def make(notes: Notes) -> Bench:
        backend = echo(notes, MortalEcho)
        backend.away = True
        return bench_for(notes, backend)

    results, _ = played(PLAIN, make)

    assert {result.outcome for result in results} == {"refused"}


def test_a_backend_that_does_not_come_back_ends_the_run(played: Any) -> None:
    """It was ended on purpose; that it stays away is its own doing, and told with its last lines."""
    told: list[Notes] = []

    def make(notes: Notes) -> Bench:
        told.append(notes)
        backend = echo(notes, MortalEcho)
        return bench_for(notes, backend, hands=EchoHands(backend, stays_away=True))

    with pytest.raises(NotBackError, match=r"did not come back .* not healthy within 60 s") as lost:
        played(scripted(Step(Moment.CONNECTED, "kill-backend", once=True)), make)

    assert lost.value.log_tail == ("no such table",)
    assert [one["action"] for one in told[0].of("outage")] == ["down"]


def test_a_second_tenant_is_shown_nothing_by_a_right_backend(played: Any) -> None:
    """Every attempt is on record, and so is the silence of the socket."""
    _, notes = played(scripted(Step(Moment.CONNECTED, "second-tenant", once=True)))

    tried = notes.of("trespass")

    assert [one["via"] for one in tried] == ["read", "list", "start", "request_qr", "disconnect", "delete", "socket"]
    assert not any(one["shown"] or one.get("changed") for one in tried)
    assert {(one["tenant"], one["owner"]) for one in tried} == {("2", "1")}


def test_a_second_tenant_sees_what_leaks(played: Any) -> None:
    """A backend that shows everything to everybody is caught at it."""

    def make(notes: Notes) -> Bench:
        return bench_for(notes, echo(notes, LeakyEcho))

    _, notes = played(scripted(Step(Moment.CONNECTED, "second-tenant", once=True)), make)

    shown = {one["via"]: one["shown"] for one in notes.of("trespass")}
    assert shown["read"] is True
    assert shown["list"] is True
    assert shown["delete"] is False


def test_a_deleted_channel_ends_its_journey_in_good_order(played: Any) -> None:
    """Somebody deleted it on purpose: the journey is over, and no failure."""
    results, notes = played(scripted(Step(Moment.CONNECTED, "delete-channel", after_s=1.0, once=True)))

    reasons = {result.reason for result in results}

    assert [result.outcome for result in results] == ["completed", "completed"]
    assert reasons == {"", "a step of the script deleted the channel"}
    assert [click["action"] for click in notes.of("click")].count("delete") == 2


def test_a_channel_made_again_lives_a_journey_of_its_own(played: Any) -> None:
    """It has the same name, another id, and no script."""
    results, notes = played(scripted(Step(Moment.CONNECTED, "recreate-channel"), channels=Channels(count=1)))

    names = [start["channel_name"] for start in notes.of("journey.start")]

    assert names == ["plain 0001", "plain 0001"]
    assert [result.outcome for result in results] == ["completed", "completed"]
    assert len({result.channel for result in results}) == 2


@pytest.mark.parametrize(
    ("plan", "clicks"),
    [
        ({"ends": Ends.DELETE}, ["create", "start", "disconnect", "delete"]),
        ({"ends": Ends.DELETE_CONNECTED}, ["create", "start", "delete"]),
        ({"ends": Ends.DISCONNECT}, ["create", "start", "disconnect"]),
        ({"ends": Ends.STAY}, ["create", "start"]),
        ({"ends": Ends.STAY, "qr_by": QrBy.PUT}, ["create", "request_qr"]),
        (
            {"ends": Ends.STAY, "again": True, "again_by": QrBy.START},
            ["create", "start", "disconnect", "start"],
        ),
    ],
)
def test_a_person_clicks_what_the_journey_says(played: Any, plan: dict[str, Any], clicks: list[str]) -> None:
    """How it begins, whether it goes on, and how it ends."""
    journey = replace(PLAIN.journey, **plan)

    results, notes = played(replace(PLAIN, journey=journey, channels=Channels(count=1)))

    assert [click["action"] for click in notes.of("click")] == clicks
    assert results[0].outcome == "completed"


def test_channels_that_stay_count_as_usage_and_are_gone_after_the_phase(played: Any) -> None:
    """The last look finds them connected; the next phase does not."""
    backends: list[EchoAdapter] = []

    def make(notes: Notes) -> Bench:
        backends.append(echo(notes))
        return bench_for(notes, backends[0])

    _, notes = played(replace(PLAIN, journey=replace(PLAIN.journey, ends=Ends.STAY)), make)

    usage = [(one["tenant"], one["sessions"], one["limit"]) for one in notes.of("usage")]
    assert usage == [("1", 2, starts_max(PLAIN, 2))]
    assert notes.of("state")[-1]["phase"] == "removed"


def test_channels_are_dealt_out_to_their_tenants(played: Any) -> None:
    """Each tenant has its own page, and what is seen says whose it is."""
    _, notes = played(replace(PLAIN, channels=Channels(count=4, tenants=2)))

    tenants = [start["tenant"] for start in notes.of("journey.start")]

    assert sorted(tenants) == ["1", "1", "2", "2"]
    assert {seen["tenant"] for seen in notes.of("seen")} == {"1", "2"}
