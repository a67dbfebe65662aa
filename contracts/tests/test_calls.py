"""What a backend asked is judged by its journal: unknown routes, bodies that are refused, and the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.calls import judge_calls
from contracts.cli import main
from contracts.recording import Json
from contracts.wire import judge_wire
from fake_evolution import Journal, MonotonicClock, Record


def record(seq: int, kind: str, **fields: Json) -> Record:
    """A record of a journal."""
    return Record(seq, float(seq), "2026-11-22T10:00:00.000Z", kind, fields)


def call(seq: int, method: str, path: str, body: Json = None) -> Record:
    """A call that came in."""
    return record(seq, "call", call=seq, method=method, path=path, body=body)


def answer(seq: int, method: str, path: str, status: int, body: Json = None) -> Record:
    """The answer to the call before."""
    return record(seq, "answer", call=seq - 1, method=method, path=path, status=status, body=body)


@pytest.mark.parametrize(
    ("method", "path", "body", "reason"),
    [
        ("GET", "/instance/qrcode/a", None, "Evolution has no such route"),
        ("PUT", "/instance/restart/a", None, "Evolution has no such route"),
        ("POST", "/message/sendText/a", {"number": "5511988880002"}, 'body (top): "text" is a required property'),
        ("POST", "/message/sendText/a", None, 'body (top): "number" is a required property'),
        ("POST", "/webhook/set/a", {"url": "http://x"}, 'body (top): "webhook" is a required property'),
        ("POST", "/webhook/set/a", "webhook", "body (top): the body is no JSON"),
    ],
)
def test_a_wrong_call_is_told_with_its_reason(method: str, path: str, body: Json, reason: str) -> None:
    """A route that does not exist and a body that would be refused are invalid, each with the reason."""
    judged = judge_calls([call(1, method, path, body)])

    assert reason in [found.reason for found in judged.invalid]


def test_right_calls_are_not_told() -> None:
    """Calls that fit are counted and nothing more, also for instances with slashes in their names."""
    body = {"number": "5511988880002", "text": "oi", "unknown": 1}
    records = [
        call(1, "GET", "/"),
        call(2, "POST", "/message/sendText/a/b", body),
        call(3, "GET", "/group/inviteCode/a"),
    ]

    judged = judge_calls(records)

    assert (judged.calls, judged.routes, judged.invalid) == (3, 3, ())


def test_the_same_mistake_is_told_once() -> None:
    """A mistake that is repeated is one line with its count and the first record."""
    judged = judge_calls([call(seq, "GET", "/instance/qrcode/a") for seq in (4, 5, 6)])

    assert [found.line() for found in judged.invalid] == [
        "GET /instance/qrcode/a: Evolution has no such route (3 times, first in record 4)"
    ]


def test_a_right_call_that_was_refused_is_a_remark() -> None:
    """A refusal because of the state of things is told, but is no mistake of the caller's."""
    path = "/instance/connectionState/a"
    judged = judge_calls([call(1, "GET", path), answer(2, "GET", path, 404)])

    assert judged.invalid == ()
    assert "was answered 404 1 times" in next(judged.lines())


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (answer(2, "GET", "/instance/connectionState/a", 200, {"instance": {"instanceName": "a", "state": "open"}}), 0),
        (answer(2, "GET", "/instance/connectionState/a", 200, {"instance": {"instanceName": "a", "state": "opn"}}), 1),
        (answer(2, "GET", "/instance/connectionState/a", 502), 1),
        (answer(2, "POST", "/rabbitmq/set/a", 201), 0),
        (answer(2, "GET", "/webhook/find/a", 200), 0),
        (answer(2, "POST", "/message/sendText/a", 201), 1),
        (record(2, "event", event="logout.instance", data=None), 0),
        (record(2, "event", event="logout.instance", data={}), 1),
        (record(2, "event", event="instance.deleted", data={}), 1),
    ],
)
def test_answers_and_events_are_held_against_the_contract(found: Record, wrong: int) -> None:
    """Whatever a fake said is judged by the schema of its route or event; what is undeclared is wrong."""
    assert len(judge_wire([found]).violations) == wrong


def journal_file(folder: Path, *calls: dict[str, Any]) -> Path:
    """A journal with these calls."""
    path = folder / "journal.jsonl"
    with Journal(path, clock=MonotonicClock()) as journal:
        for fields in calls:
            journal.write("call", call=1, **fields)
    return path


def test_the_commands_exit_code_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`calls` ends with 1 when something was wrong, 0 when nothing was, and 4 when it is given no journal."""
    wrong = journal_file(tmp_path, {"method": "GET", "path": "/nope", "body": None})

    codes = [main(["calls", str(wrong)]), main(["wire", str(wrong)]), main(["calls", str(tmp_path / "none")])]

    assert codes == [1, 0, 4]
    assert "GET /nope: Evolution has no such route (once in record 1)" in capsys.readouterr().out


def test_every_invalid_call_is_written_for_other_programs(tmp_path: Path) -> None:
    """With `--json` the file names each invalid call by its record, and how many calls there were."""
    found = tmp_path / "calls.json"
    nope = {"method": "GET", "path": "/nope", "body": None}
    journal = journal_file(tmp_path, {**nope, "path": "/instance/fetchInstances"}, nope)

    code = main(["calls", str(journal), "--json", str(found)])

    assert code == 1
    assert json.loads(found.read_text()) == {"calls": 2, "invalid": {"2": ["Evolution has no such route"]}}


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` into a folder that is not there is refused with exit code 4."""
    journal = journal_file(tmp_path)

    assert main(["calls", str(journal), "--json", str(tmp_path / "none" / "calls.json")]) == 4
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(("from_me", "wrong"), [(True, 0), (False, 1)])
def test_only_the_accounts_own_messages_may_come_without_a_status(*, from_me: bool, wrong: int) -> None:
    """What comes in is DELIVERY_ACK when the socket told none; of the own phone's messages nothing may be known."""
    data = {
        "key": {"id": "3EB0", "remoteJid": "5511900000001@s.whatsapp.net", "fromMe": from_me},
        "pushName": "Ana",
        "message": {"conversation": "oi"},
        "messageType": "conversation",
        "messageTimestamp": 1,
        "instanceId": "9d1f0f0e-0000-4000-8000-000000000000",
        "source": "web",
    }

    judged = judge_wire([record(1, "event", event="messages.upsert", data=data)])

    assert len(judged.violations) == wrong
