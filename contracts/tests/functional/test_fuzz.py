"""The fake stays within the contract whatever it is asked; more cases by an environment variable."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from contracts.cli import main
from contracts.documents import operations
from contracts.fuzz import Fuzzed, Run, fuzz

CASES = int(os.environ.get("CONTRACTS_FUZZ_CASES", "700"))
SEED = int(os.environ.get("CONTRACTS_FUZZ_SEED", "1"))


@pytest.fixture(scope="module")
async def result() -> Fuzzed:
    """One run for all tests of this file."""
    return await fuzz(cases=CASES, seed=SEED)


async def test_nothing_breaks_the_contract(result: Fuzzed) -> None:
    """No undeclared status, no answer that does not fit, no wrong body that is taken, no fault of the fake."""
    assert [violation.line() for violation in result.violations] == []


async def test_every_route_is_asked(result: Fuzzed) -> None:
    """All routes of the contract are called, and some calls succeed."""
    assert result.routes == len(operations())
    assert result.calls >= result.routes
    assert {200, 201, 400, 404} <= set(result.statuses)


def tampered(changes: Iterator[tuple[int, bytes]]) -> Any:
    """A send that tampers with what the fake answers."""

    def send(self: Run, case: Any, _: str | None) -> requests.Response:
        response: Any = case.call(base_url=self.stage.url, headers=self.stage.headers, session=self.stage.session)
        status, content = next(changes)
        response.status_code, response.content = status, content
        return response  # type: ignore[no-any-return]

    return send


def test_a_violation_ends_with_1_and_the_seed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer that is not declared is told with its call; the last line repeats the run."""
    monkeypatch.setattr(Run, "send", tampered(iter(lambda: (502, b"{}"), None)))

    code = main(["fuzz", "--cases", "180", "--seed", "5"])

    told = capsys.readouterr().out.splitlines()
    assert code == 1
    assert "Undocumented status code: Received: 502" in told[0]
    assert told[-1].endswith("violations; repeat with: fuzz --cases 180 --seed 5")
