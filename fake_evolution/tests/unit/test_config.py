"""Tests of how a fake is configured: the one frozen Config, env files, options and their twins."""

from pathlib import Path
from typing import Any

import pytest

from fake_evolution import Config, ConfigError, World
from fake_evolution.cli import main, read_config, read_world
from fake_evolution.config import read_env_file

ENV_FILE = """\
\ufeffA=1
# a comment

export B = two words
C='single # kept'
D="double" # dropped
E=bare#kept # dropped
F=
G=x=y
"""


def test_env_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    """Comments, blanks, export, quotes, trailing remarks and a byte order mark are understood."""
    path = tmp_path / ".env"
    path.write_text(ENV_FILE, encoding="utf-8")

    assert read_env_file(path) == {
        "A": "1",
        "B": "two words",
        "C": "single # kept",
        "D": "double",
        "E": "bare#kept",
        "F": "",
        "G": "x=y",
    }


@pytest.mark.parametrize("line", ["JUST A TEXT", "=value", "1A=x", "A-B=x"])
def test_bad_line_of_an_env_file_is_named(tmp_path: Path, line: str) -> None:
    """File, line number, what stands there and what would be legal."""
    path = tmp_path / "server.env"
    path.write_text(f"A=1\n{line}\n", encoding="utf-8")

    with pytest.raises(ConfigError) as refusal:
        read_env_file(path)

    assert str(refusal.value) == f"{path}:2 is {line!r}; legal: NAME=value"


def test_missing_env_file_is_one_sentence(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(ConfigError, match=r"^env file .*nowhere cannot be read: .*No such file"):
        read_env_file(tmp_path / "nowhere")


def test_options_become_one_config(tmp_path: Path) -> None:
    """Options are converted, and variables of --server-env win over those of --env-file."""
    env_file = tmp_path / ".env"
    env_file.write_text("QRCODE_LIMIT=3\nTZ=UTC\n", encoding="utf-8")
    given = {"port": "0", "seed": "9", "rate": "20", "env_file": str(env_file), "server_env": ["QRCODE_LIMIT=4"]}

    config = read_config({**given, "journal": "j.jsonl", "api_key": "k"})

    assert config == Config(
        port=0,
        seed=9,
        rate=20.0,
        api_key="k",
        journal=Path("j.jsonl"),
        server_env={"QRCODE_LIMIT": "4", "TZ": "UTC"},
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"server_env": "SERVER_PORT=http"}, "SERVER_PORT is 'http'; legal: a whole number from 0 to 65535"),
        ({"port": "http"}, "--port is 'http'; legal: a whole number from 0 to 65535"),
        ({"port": "70000"}, "port is 70000; legal: 0 (any free one) to 65535"),
        ({"seed": "1.5"}, "--seed is '1.5'; legal: a whole number"),
        ({"rate": "fast"}, "--rate is 'fast'; legal: a number from 0 to 10000"),
        ({"server_env": ["QRCODE_LIMIT"]}, "--server-env is 'QRCODE_LIMIT'; legal: KEY=VALUE"),
        ({"server_env": ["=3"]}, "--server-env is '=3'; legal: KEY=VALUE"),
    ],
)
def test_wrong_option_names_itself(given: dict[str, Any], told: str) -> None:
    """What was found and what would be legal, for every option that is converted."""
    with pytest.raises(ConfigError) as refusal:
        read_config(given)

    assert str(refusal.value) == told


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "backend.invalid"])
def test_open_host_needs_a_control_key(host: str) -> None:
    """Where other machines can reach it the control API must have a key."""
    with pytest.raises(ConfigError, match=r"give a --control-key, or listen on 127\.0\.0\.1$"):
        Config(host=host)

    assert Config(host=host, control_key="k").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_loopback_needs_none(host: str) -> None:
    """Only this machine can reach these."""
    assert Config(host=host).control_key is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("faults: [", "is no YAML: while parsing"),
        ("- a list", "holds no mapping; legal keys: profile, whatsapp, server, phones, faults"),
        ("", "holds no mapping; legal keys: profile, whatsapp, server, phones, faults"),
        ("faults: [{fault: dorp}]", ".faults[0].fault: unknown fault 'dorp'; did you mean 'drop'?"),
    ],
)
def test_wrong_world_file_is_one_line(tmp_path: Path, content: str, told: str) -> None:
    """Whatever is wrong in a world file is told in one line that names the file."""
    path = tmp_path / "world.yaml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError) as refusal:
        read_world({"world": str(path)})

    assert str(path) in str(refusal.value)
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_profile_option_beats_the_world_file(tmp_path: Path) -> None:
    """The version asked for on the command line is the one that is imitated."""
    path = tmp_path / "world.yaml"
    path.write_text("profile: 9.9.9\n", encoding="utf-8")

    assert read_world({"world": str(path), "profile": "2.3.6"}) == World()


def test_unknown_variable_of_ours_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt FAKE_EVOLUTION_ variable is not silently ignored."""
    monkeypatch.setenv("FAKE_EVOLUTION_PROT", "8080")

    code = main(["serve"])

    told = capsys.readouterr().err
    assert code == 4
    assert told.startswith("fake-evolution: unknown environment variable 'FAKE_EVOLUTION_PROT'; did you mean")
    assert told.count("\n") == 1
