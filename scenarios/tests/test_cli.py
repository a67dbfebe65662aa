"""The command line: what is refused, in one line and with exit code 4, and what is listed."""

from pathlib import Path

import pytest

from scenarios.cli import main


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "the following arguments are required: command"),
        (["gate", "--chanels", "5"], "unrecognized arguments: --chanels"),
        (["gate", "--channels", "many"], "argument --channels: invalid int value: 'many'"),
        (["gate", "--channels", "0"], "--channels is 0; legal: a whole number from 1 to 1000"),
        (["gate", "--arrivals-per-s", "0"], "--arrivals-per-s is 0; legal: above 0"),
        (["gate", "--arrivals-per-s", "nan"], "--arrivals-per-s is nan; legal: above 0"),
        (["gate", "--seed", "-1"], "--seed is -1; legal: a whole number from 0"),
        (["gate", "--sut", "zehcat"], "unknown adapter 'zehcat'"),
        (["gate", "--sut", "echo"], "give --sut zechat"),
        (["gate", "--stack", "kubernetes"], "unknown stack 'kubernetes'"),
        (["gate", "--url", "http://127.0.0.1:1"], "leave --url away"),
        (["gate", "--label", "a/b"], "--label is 'a/b'; legal: letters"),
        (["gate", "--lateness-ms-max", "-5"], "--lateness-ms-max is -5; legal: above 0"),
        (["run"], "the following arguments are required: NAME|FILE"),
        (["run", "regresion"], "did you mean 'regression'"),
        (["run", "nowhere.yaml"], "nowhere.yaml cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_4(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """Nothing is started, nothing is written, and the line says what would be right."""
    code = main(arguments)

    told = capsys.readouterr()
    assert code == 4
    assert says in told.err
    assert told.err.startswith("scenarios: ")
    assert told.err.count("\n") == 1


def test_a_scenario_that_asks_for_an_unknown_invariant_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The known ones are listed."""
    path = tmp_path / "mine.yaml"
    path.write_text("description: Mine.\nexpect: {exercises: [I99]}")

    code = main(["run", str(path)])

    assert code == 4
    assert "expect.exercises names I99; known: I1, I" in capsys.readouterr().err


def test_a_run_root_that_cannot_be_used_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where a directory should be is told before anything starts."""
    (tmp_path / "file").write_text("")

    code = main(["run", "regression", "--run-root", str(tmp_path / "file")])

    assert code == 4
    assert "give --run-root" in capsys.readouterr().err


def test_list_names_scenarios_and_invariants(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that can be run or broken has a line."""
    code = main(["list"])

    told = capsys.readouterr().out
    assert code == 0
    assert "regression-slow-webhooks         gate" in told
    assert "I21                          G1-status-contract" in told


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who asks for help gets it."""
    with pytest.raises(SystemExit) as left:
        main(["gate", "--help"])

    assert left.value.code == 0
    assert "--arrivals-per-s" in capsys.readouterr().out
