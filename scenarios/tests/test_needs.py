"""What steps cannot do without is asked before anything starts."""

from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.dsl import Moment, Scenario, Step
from scenarios.errors import ScenarioError
from scenarios.needs import refuse_what_cannot_be_done, wanted_links
from scenarios.stack.base import Hands, hands_of
from scenarios.stack.controls import Link, Part

PLAIN = Scenario(name="plain", description="A test.")


def scripted(do: str, **args: object) -> Scenario:
    """A scenario with one step."""
    return replace(PLAIN, script=(Step(Moment.QR, do, args=args),))


def test_an_adapter_without_conversations_is_refused_by_name() -> None:
    """Adapter and stack are named, and what is missing."""
    with pytest.raises(ScenarioError, match=r"script\[0\] 'reply' needs an adapter that reads conversations.* echo"):
        refuse_what_cannot_be_done([PLAIN, scripted("reply")], adapter="echo", stack="embedded")


def test_a_stack_without_hands_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backend that is only given by its URL cannot be killed."""
    monkeypatch.setattr("scenarios.needs.hands_of", lambda _name: Hands())

    with pytest.raises(ScenarioError, match=r"'kill-redis' needs a stack that controls redis.*--stack embedded"):
        refuse_what_cannot_be_done([scripted("kill-redis")], adapter="zechat", stack="embedded")


def test_what_can_be_done_is_not_refused() -> None:
    """The embedded stack has hands on everything, and the Zechat adapter reads everything."""
    script = (scripted("kill-database"), scripted("cut", link=Link.BACKEND_TO_REDIS), scripted("reconcile"))

    refuse_what_cannot_be_done(script, adapter="zechat", stack="embedded")

    assert hands_of("embedded") == Hands(frozenset(Part), frozenset(Link))


def test_only_the_links_that_a_run_needs_get_a_proxy() -> None:
    """Nothing is in the way of a run that touches no link."""
    cut = scripted("cut", link=Link.BACKEND_TO_REDIS)

    assert wanted_links([PLAIN, scripted("kill-redis")]) == frozenset()
    assert wanted_links([PLAIN, cut]) == {Link.BACKEND_TO_REDIS}


def test_the_command_line_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 4, and no run directory."""
    monkeypatch.setattr("scenarios.needs.hands_of", lambda _name: Hands())
    path = tmp_path / "impossible.yaml"
    path.write_text("description: A test.\nscript: [{at: qr, do: kill-backend}]\n")

    code = main(["run", str(path), "--run-root", str(tmp_path)])

    told = capsys.readouterr().err
    assert code == 4
    assert told.count("\n") == 1
    assert "impossible.yaml: script[0] 'kill-backend' needs a stack that controls the backend" in told
    assert list(tmp_path.iterdir()) == [path]
