"""Tests of the command line with what its caller has to mend, and of its lists."""

import os

import pytest

from fake_evolution import API_FAULTS, FAULTS
from fake_evolution.cli import main
from fake_evolution.world.files import named_worlds

VERSIONS = """\
2.2.3  not recorded  fixed retries of 30 s, 27 event names, webhook addresses checked, socket.io open to all
2.3.6  recorded      checked against recordings
2.3.7  not recorded  logout is awaited, closed instances stay closed at boot, messages go on after an API logout
"""


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of ours from outside."""
    for name in [name for name in os.environ if name.startswith("FAKE_EVOLUTION_")]:
        monkeypatch.delenv(name)


def exit_code(*arguments: str) -> int | str | None:
    """What the process would end with."""
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["serve", "--prot", "0"], "unrecognized arguments: --prot"),
        (["sevre"], "invalid choice: 'sevre'"),
        ([], "the following arguments are required: command"),
        (["serve", "--port", "http"], "--port is 'http'; legal: a whole number from 0 to 65535"),
        (["serve", "--rate", "nan"], "clock rate is nan; legal: 0 (stands still) to 10000 (times real time)"),
        (["serve", "--profile", "9.9"], "unknown profile '9.9' (known: 2.2.3, 2.3.6, 2.3.7)"),
        (["serve", "--settings", "code-default"], "did you mean 'code-defaults'?"),
        (["serve", "--host", "0.0.0.0"], "give a --control-key, or listen on 127.0.0.1"),
        (["serve", "--host", "192.0.2.1", "--control-key", "k"], "cannot listen on 192.0.2.1:8080: "),
        (["serve", "--world", "/no/such/world.yaml"], "world file /no/such/world.yaml cannot be read"),
        (["serve", "--server-env", "QRCODE_LIMIT=many"], "QRCODE_LIMIT is 'many'; legal: a number, default 30"),
        (["serve", "--env-file", "/no/such/.env"], "env file /no/such/.env cannot be read"),
        (["serve", "--port", "0", "--journal", "/dev/null/j"], "journal /dev/null/j cannot be written"),
        (["serve", "--port", "0", "--ready-file", "/no/such/ready"], "ready file /no/such/ready cannot be written"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_4(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the caller has to mend is one line on standard error, without a traceback."""
    code = exit_code(*arguments)

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (4, "", 1)
    assert said.err.startswith("fake-evolution")
    assert told in said.err


def test_versions_have_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Versions are listed with what they are."""
    assert (exit_code("profiles"), capsys.readouterr().out) == (0, VERSIONS)


@pytest.mark.parametrize(
    ("command", "names"),
    [("faults", [*FAULTS, *API_FAULTS]), ("worlds", [found.name for found in named_worlds()])],
)
def test_faults_and_worlds_have_one_line_each(
    command: str, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever has a name is listed with a sentence."""
    code, printed = exit_code(command), capsys.readouterr().out.splitlines()

    assert (code, [line.split()[0] for line in printed]) == (0, names)
    assert all(line.endswith((".", ")")) for line in printed)
