"""What a developer of the backend can act on."""

from typing import Any

from scenarios.evidence import evidence_of
from scenarios.gaps import judge_duties, judge_gaps
from scenarios.judging import Finding, Truth, Verdict
from scenarios.rules import Duty, Gap
from scenarios.tests.tale import Tale

EVENT = {"seq": 1, "t": 2.0, "kind": "event", "event": "connection.update", "instance": "7", "data": {"state": "open"}}
ATTEMPT = {"seq": 2, "t": 2.05, "kind": "attempt", "sent_s": 2.01, "status": 200, "event": "connection.update"}
SEEN = {"seq": 3, "t": 3.5, "kind": "seen", "via": "list", "channel": "7", "at_s": 3.4, "status": "open"}


def finding(*lines: dict[str, Any]) -> Finding:
    """A finding with these witness records."""
    return Finding(phase="p", subject="channel 7", t=3.5, size=1.0, sentence="bad", witness=lines)


def test_the_webhook_the_row_and_the_time_between() -> None:
    """All three are told, the time from sending to the look."""
    found = evidence_of(finding(EVENT, ATTEMPT, SEEN))

    assert found["webhook"] == (
        "connection.update open of instance 7; emitted at 2.00 s; sent at 2.01 s, answered 200 at 2.05 s"
    )
    assert found["shown"] == "list of channel 7 at 3.40 s: status open"
    assert found["between_s"] == 1.39
    assert found["records"] == [1, 2, 3]


def test_what_is_missing_is_null() -> None:
    """A finding without a webhook or a look tells of neither, and of no time between."""
    found = evidence_of(
        finding({"seq": 9, "t": 1.0, "kind": "outage", "part": "redis", "action": "down", "how": "kill"})
    )

    assert (found["webhook"], found["shown"], found["between_s"]) == (None, None, None)
    assert found["around"] == ["1.00 s: redis down (kill)"]


def test_an_attempt_without_an_answer_and_a_status_of_null_are_called_so() -> None:
    """Nothing that is missing is made up."""
    found = evidence_of(finding({**ATTEMPT, "status": None}, {**SEEN, "status": None}))

    assert "sent at 2.01 s, not answered at 2.05 s" in found["webhook"]
    assert found["shown"].endswith("status null")


def test_a_broken_gap_carries_its_proof(tale: Tale) -> None:
    """A status in the provider's spelling is told with the webhook that brought it."""
    tale.journey(0.0, 9.0)
    tale.webhook(2.0, state="open")
    tale.seen(2.5, "open", via="list")

    [proof] = judge_gaps([tale.verdict("I21")])[0]["findings"]

    assert (proof["invariant"], proof["count"], proof["between_s"]) == ("I21", 1, 0.5)
    assert proof["webhook"].startswith("connection.update open of instance 7")
    assert proof["shown"] == "list of channel 7 at 2.50 s: status open"


def test_a_lost_webhook_carries_what_the_page_showed(tale: Tale) -> None:
    """A 404 is told with the next look at the channel."""
    tale.journey(0.0, 9.0)
    tale.qr(1.0, "code")
    tale.webhook(1.0, code="code", status=404)
    tale.seen(1.5, "CONNECTING", via="list")

    [proof] = judge_gaps([tale.verdict("I10")])[1]["findings"]

    assert "answered 404" in proof["webhook"]
    assert proof["shown"] == "list of channel 7 at 1.50 s: status CONNECTING"


def test_every_duty_beside_the_gaps_is_named() -> None:
    """Duties are judged like gaps, and gaps do not take what is theirs."""
    held = Verdict(id="I19", gap=Duty.RECOVERY, title="", verdict=Truth.TRUE, exercised=2)

    duties = {row["id"]: row["verdict"] for row in judge_duties([held])}

    assert list(duties) == [duty.value for duty in Duty]
    assert duties["D4-recovery"] == "holds"
    assert {row["verdict"] for row in judge_gaps([held])} == {"not exercised"}
    assert len(judge_gaps([held])) == len(Gap)
