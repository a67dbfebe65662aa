"""Tests of the faults that change what is sent: each gives the body, the headers or the ending that it declares."""

from typing import Any

import orjson
import pytest

from fake_evolution import Fault, Rng
from fake_evolution.faults.clock_skew import ClockSkew
from fake_evolution.faults.corrupt import Corrupt, Damage
from fake_evolution.faults.drop_ack import DropAck
from fake_evolution.faults.forged import Forged, Proof
from fake_evolution.faults.oversize import Filling, Oversize
from fake_evolution.faults.replay_after_delete import ReplayAfterDelete
from fake_evolution.faults.reset import Reset
from fake_evolution.faults.slow_body import SlowBody
from fake_evolution.faults.wrong_instance import WrongInstance
from fake_evolution.plan import Attempt, Ending, Plan, Webhook, Wire

ONE: Plan = (Attempt(),)
ENVELOPE = {
    "event": "connection.update",
    "instance": "sales",
    "data": {"state": "open", "statusReason": 200, "qrcode": {"code": "2@"}},
    "date_time": "2026-01-02T03:04:05.678Z",
}
HEADERS = {"content-type": "application/json", "authorization": "Bearer head.claims.signature", "x-tenant": "t"}
HOOK = Webhook("http://backend.invalid/", HEADERS, orjson.dumps(ENVELOPE))


def sent(fault: Fault, which: int = 0, hook: Webhook = HOOK) -> Webhook:
    """What the fault makes of the webhook in one of its attempts."""
    wire = fault.apply(ONE, Rng(1).keyed("a"))[which].wire
    return hook if wire is None else wire.edited(hook)


def body(fault: Fault, which: int = 0) -> Any:
    """The JSON of what is sent."""
    return orjson.loads(sent(fault, which).body)


def test_cut_json_is_no_json_any_more() -> None:
    """The body is a beginning of the real one, and announced as long as it is."""
    cut = sent(Corrupt(Damage.TRUNCATED_JSON)).body

    assert HOOK.body.startswith(cut)
    assert 0 < len(cut) < len(HOOK.body)
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(cut)


def test_cut_body_is_left_to_the_wire() -> None:
    """A truncated body keeps its octets, so that the head announces them all."""
    (attempt,) = Corrupt(Damage.TRUNCATED_BODY).apply(ONE, Rng(1).keyed("a"))

    assert attempt.wire is not None
    assert attempt.wire.edited(HOOK) == HOOK
    assert 0.2 <= attempt.wire.sent_share < 0.8
    assert attempt.wire.ending is Ending.CLOSE


@pytest.mark.parametrize(
    ("how", "changed"),
    [
        (Damage.WRONG_TYPES, {"data": {"state": 4, "statusReason": {"value": 200}, "qrcode": ["code"]}}),
        (Damage.UNKNOWN_EVENT, {"event": "connection.update.unheard-of"}),
        (Damage.UNKNOWN_STATE, {"data": {**ENVELOPE["data"], "state": "half-open"}}),  # type: ignore[dict-item]
    ],
)
def test_damaged_member_is_the_only_difference(how: Damage, changed: dict[str, Any]) -> None:
    """The rest of the envelope stays as it is."""
    assert body(Corrupt(how)) == {**ENVELOPE, **changed}


def test_missing_data_is_not_null() -> None:
    """The member is gone altogether."""
    assert body(Corrupt(Damage.MISSING_DATA)) == {key: value for key, value in ENVELOPE.items() if key != "data"}


def test_damage_leaves_a_spoiled_body_alone() -> None:
    """An edit of JSON that is none any more changes nothing."""
    spoiled = Webhook(HOOK.url, HEADERS, b'{"event":')

    assert sent(Corrupt(Damage.WRONG_TYPES), hook=spoiled) == spoiled
    assert sent(ClockSkew(ahead_s=5), hook=spoiled) == spoiled


def test_forged_copy_comes_beside_the_real_one() -> None:
    """The real attempt is untouched; the copy has another signature, the same claims, and is never tried again."""
    plan = Forged().apply(ONE, Rng(1).keyed("a"))

    assert plan[0] == Attempt()
    assert plan[1].wire is not None
    assert plan[1].wire.once
    forged = sent(Forged(), 1)
    assert forged.headers == {**HEADERS, "authorization": "Bearer head.claims.tjhobuvsf"}
    assert forged.body == HOOK.body


def test_forgery_without_proof_shows_none() -> None:
    """All that authenticates is taken away, and nothing else; it may also take the place of the real one."""
    forged = sent(Forged(Proof.MISSING, instead=True))

    assert forged.headers == {"content-type": "application/json", "x-tenant": "t"}
    assert len(Forged(Proof.MISSING, instead=True).apply(ONE, Rng(1).keyed("a"))) == 1


@pytest.mark.parametrize(("claims", "named"), [("", "sales-elsewhere"), ("42", "42")])
def test_wrong_instance_is_named_in_the_envelope(claims: str, named: str) -> None:
    """Only the name differs; beside the right webhook it is an extra."""
    assert body(WrongInstance(claims)) == {**ENVELOPE, "instance": named}
    assert body(WrongInstance(claims, beside=True)) == ENVELOPE
    assert body(WrongInstance(claims, beside=True), 1)["instance"] == named


@pytest.mark.parametrize(
    ("fault", "written"),
    [(ClockSkew(ahead_s=60), "2026-01-02T03:05:05.678Z"), (ClockSkew(behind_s=0.678), "2026-01-02T03:04:05.000Z")],
)
def test_skewed_clock_moves_the_time_of_day(fault: ClockSkew, written: str) -> None:
    """The spelling stays, its false Z included."""
    assert body(fault)["date_time"] == written


@pytest.mark.parametrize("filling", list(Filling))
def test_oversize_body_has_its_size(filling: Filling) -> None:
    """It is about as large as declared, begins like the real one, and is JSON where JSON can be read at all."""
    blown_up = sent(Oversize(100_000, filling)).body

    assert blown_up.startswith(HOOK.body[:-1])
    assert abs(len(blown_up) - 100_000) < 50
    if filling is not Filling.NESTING:
        assert isinstance(orjson.loads(blown_up)["filling"], str)


def test_wire_faults_say_how_the_wire_departs() -> None:
    """Lost answers, slow bodies and resets are instructions to the sender; ghosts wait for the removal."""
    draws = Rng(1).keyed("a")

    assert DropAck(2.0).apply(ONE, draws) == (Attempt(wire=Wire(deaf_for_s=2.0)),)
    assert SlowBody(9.0).apply(ONE, draws) == (Attempt(wire=Wire(body_over_s=9.0)),)
    assert Reset(0.25).apply(ONE, draws) == (Attempt(wire=Wire(sent_share=0.25, ending=Ending.RESET)),)
    assert ReplayAfterDelete(3.0).apply(ONE, draws) == (Attempt(), Attempt(3.0, after_removal=True))


def test_faults_add_up_on_one_attempt() -> None:
    """What one fault did to the wire the next one keeps."""
    draws = Rng(1).keyed("a")

    (attempt,) = SlowBody(9.0).apply(Reset(0.5).apply(WrongInstance("x").apply(ONE, draws), draws), draws)

    assert attempt.wire is not None
    assert attempt.wire.words == ("edited", "cut off", "slow")


@pytest.mark.parametrize("wrong", [{}, {"ahead_s": 1.0, "behind_s": 1.0}, {"ahead_s": 1e12}])
def test_impossible_skew_is_refused(wrong: dict[str, float]) -> None:
    """A clock goes wrong in one direction, and not by centuries."""
    with pytest.raises(ValueError, match="either `ahead` or `behind`"):
        ClockSkew(**wrong)
