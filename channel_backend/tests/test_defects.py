"""The switches: off unless asked for and allowed, loud when on, and each a real change behind a named policy."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from channel_backend.cli import main
from channel_backend.config import Config
from channel_backend.defects.base import Defect
from channel_backend.defects.switching import known, markdown_table, named, switched_on
from channel_backend.errors import ConfigError
from channel_backend.habits import Habits, habits_of
from channel_backend.seams import CLEAN, Seams

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ALLOWED = {"CHANNEL_BACKEND_ALLOW_DEFECTS": "1"}
ALL = tuple(known().values())


@pytest.fixture
def config() -> Config:
    """The settings of a backend that is never started."""
    return Config(
        database_url="postgresql://a@127.0.0.1:9/x",
        redis_url="redis://127.0.0.1:9",
        jwt_secret="a-secret-of-at-least-32-characters",
        evolution_url="http://127.0.0.1:9",
        evolution_api_key="key",
    )


@pytest.mark.parametrize("environ", [{}, {"CHANNEL_BACKEND_DEFECTS": " "}, ALLOWED])
def test_without_a_name_the_backend_is_clean(config: Config, environ: dict[str, str]) -> None:
    """Permission alone changes nothing."""
    assert habits_of(config, environ) == Habits(config, CLEAN, ())


@pytest.mark.stack
def test_without_a_name_no_defect_is_imported() -> None:
    """The clean backend cannot be weakened by what it has not loaded."""
    loaded = (
        "import sys; from channel_backend import cli, app, serving, habits, core;"
        "habits.habits_of(None, {'CHANNEL_BACKEND_ALLOW_DEFECTS': '1'});"
        "print([name for name in sys.modules if name.startswith('channel_backend.defects')])"
    )

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)  # noqa: S603  our own words

    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("allowed", [{}, {"CHANNEL_BACKEND_ALLOW_DEFECTS": "yes"}])
def test_without_permission_a_name_is_refused(config: Config, allowed: dict[str, str]) -> None:
    """Nobody breaks a backend by one variable alone."""
    with pytest.raises(ConfigError, match="or set CHANNEL_BACKEND_ALLOW_DEFECTS=1"):
        habits_of(config, {"CHANNEL_BACKEND_DEFECTS": "slow-ack", **allowed})


@pytest.mark.stack
@pytest.mark.usefixtures("logging_as_before")
def test_serve_refuses_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: dict[str, str]
) -> None:
    """The process ends with the exit code of wrong settings."""
    wrong = {"CHANNEL_BACKEND_EVOLUTION_URL": "http://127.0.0.1:9", "CHANNEL_BACKEND_DEFECTS": "slow-ack"}
    monkeypatch.setattr("os.environ", {**environment, **wrong})

    code = main(["serve"])

    err = capsys.readouterr().err
    assert (code, err.count("\n")) == (4, 1)
    assert "CHANNEL_BACKEND_DEFECTS puts known bugs back" in err


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    """The nearest is suggested."""
    with pytest.raises(ConfigError) as caught:
        named("slow-ack,snail-status")

    said = str(caught.value)
    assert "there is no defect 'snail-status' (did you mean 'snake-status'?)" in said
    assert all(one.id in said for one in ALL)
    assert "\n" not in said


def test_two_that_replace_one_policy_are_refused(config: Config) -> None:
    """One of them would silently win."""
    with pytest.raises(ConfigError, match="'last-come-wins' and 'older-qr-wins' both replace 'decide'"):
        switched_on(config, "last-come-wins,older-qr-wins")


def test_whoever_is_switched_on_is_loud(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the log level, each stands in the log with what it does."""
    switched_on(config, "slow-ack, any-size,slow-ack")

    told = [(record.levelname, vars(record)["defect"]) for record in caplog.records]
    assert told == [("CRITICAL", "slow-ack"), ("CRITICAL", "any-size")]


@pytest.mark.parametrize("defect", ALL, ids=lambda one: one.id)
def test_each_changes_something(config: Config, defect: Defect) -> None:
    """A switch that changes nothing would be missed by every scenario, and rightly."""
    found = switched_on(config, defect.id)

    replaced = [one.name for one in fields(Seams) if getattr(found.seams, one.name) is not getattr(CLEAN, one.name)]
    assert (bool(replaced), found.config != config, bool(found.around)) == (
        defect.seams is not None,
        defect.settings is not None,
        defect.around is not None,
    )
    assert any((replaced, found.config != config, found.around))


@pytest.mark.parametrize("defect", ALL, ids=lambda one: one.id)
def test_each_says_what_it_is(defect: Defect) -> None:
    """A name for a command line, what it stands for, where it was seen, and one sentence for a user."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", defect.id)
    assert re.fullmatch(r"(G[1-7], )?I([1-9]|[12][0-9]|3[0-3])", defect.stands_for)
    assert re.search(r"report, |observed|https://github.com/EvolutionAPI/evolution-api/issues/\d+", defect.origin)
    assert defect.seen
    assert not defect.seen.endswith(".")
    assert "|" not in defect.origin + defect.seen


def test_every_invariant_has_a_defect() -> None:
    """Of each it can be proved that it sees."""
    stands_for = {one.stands_for.rpartition(" ")[2] for one in ALL}

    assert stands_for >= {f"I{number}" for number in range(1, 34)}


def test_the_switches_leave_the_clean_policies_alone(config: Config) -> None:
    """What one process breaks is its own value."""
    before = Seams()

    for defect in ALL:
        switched_on(config, defect.id)

    assert before == Seams() == CLEAN


def test_the_command_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    """For programs with the four fields, for people as the table."""
    main(["defects", "--json"])
    told = json.loads(capsys.readouterr().out)
    main(["defects"])

    assert [set(one) for one in told] == [{"id", "stands_for", "origin", "seen"}] * len(ALL)
    assert capsys.readouterr().out == markdown_table() + "\n"


def test_the_readme_lists_them() -> None:
    """The table is the command's own."""
    found = re.search(r"<!-- defects: .*? -->\n(.*?)<!-- /defects -->", README, re.DOTALL)

    assert found is not None
    assert found[1].strip() == markdown_table()


async def test_a_switch_breaks_a_backend_that_serves(
    backend_with: Callable[..., Any], person_at: Callable[..., Any], double: Any, config: Config
) -> None:
    """A stranger's webhook is taken, and one with the name in its address is not found."""
    found = switched_on(config, "unsigned-accepted,by-events-lost")
    backend = await backend_with(double.url, seams=found.seams, habits=found.around)
    ana = await person_at(backend)
    channel_id = await ana.new_channel()
    url = f"{backend.url}/api/webhook/evolution"
    body = {"event": "connection.update", "instance": str(channel_id), "data": {"state": "open"}}

    async with ana.http.post(url, json=body) as plain, ana.http.post(f"{url}/connection-update", json=body) as named_:
        answered = (plain.status, named_.status)

    assert answered == (200, 404)
