"""The fake against the recordings: statuses, places, values, transitions and webhooks are those of the real server."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.fidelity import fidelity
from contracts.loader import GOLDENS, load_recordings
from contracts.recording import Json
from contracts.shares import MEASURES, Judged
from contracts.table import total


@pytest.fixture(scope="session")
async def results() -> tuple[Judged, ...]:
    """Every recording, replayed; one that differs once more, slower and alone.

    At twenty times the speed a moment in which the machine does something else is a second of the recording.
    """
    recordings = {recording.name: recording for recording in load_recordings()}
    found = await fidelity(tuple(recordings.values()), rate=20, jobs=4, done=lambda _: None)
    late = [recordings[one.scenario] for one in found if one.findings or one.not_covered]
    again = {one.scenario: one for one in await fidelity(late, rate=5, jobs=1, done=lambda _: None)}
    return tuple(again.get(one.scenario, one) for one in found)


async def test_no_scenario_differs(results: tuple[Judged, ...]) -> None:
    """No scenario differs from its recording in anything that was compared."""
    different = {result.scenario: result.findings for result in results if result.findings}

    assert different == {}


@pytest.mark.parametrize("measure", MEASURES)
async def test_every_share_is_whole(results: tuple[Judged, ...], measure: str) -> None:
    """Whatever was compared is the same, and something was compared."""
    share = total(results, measure)

    assert (share.same, share.of > 0) == (share.of, True)


async def test_what_cannot_be_tried_is_told(results: tuple[Judged, ...]) -> None:
    """Steps without a counterpart in the fake are listed by what they lack."""
    lacking = {lack.what for result in results for lack in result.not_covered}

    assert all(lack.startswith(("GET /", "POST /", "injection ", "control API has no ")) for lack in lacking)


def broken(folder: Path, name: str, change: Mapping[str, Json]) -> Path:
    """A folder with one recording, one of whose answers says something else."""
    document = json.loads((GOLDENS / f"{name}.json").read_text(encoding="utf-8"))
    document["steps"][0] |= change
    (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def test_a_true_recording_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recording that the fake repeats ends with exit code 0 and a table."""
    code = main(["fidelity", "--goldens", str(broken(tmp_path, "root_get", {})), "--rate", "50"])

    assert code == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:6] == ["root", "1", "1", "0", "0", "100"]


def test_a_difference_ends_with_1_and_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recording that says something else ends with exit code 1; text and JSON name scenario, step and path."""
    folder = broken(tmp_path, "root_get", {"response": {"status": 200}})
    out = tmp_path / "out.json"

    code = main(["fidelity", "--goldens", str(folder), "--rate", "50", "--json", str(out)])

    assert code == 1
    assert "root_get step 0 (GET /) extra at response.message: recorded None" in capsys.readouterr().out
    found = json.loads(out.read_text())["scenarios"][0]["differences"][0]
    assert (found["step"], found["kind"], found["path"]) == (0, "extra", "response.message")


def test_an_unknown_route_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recorded route that the fake does not have is neither a difference nor passed over."""
    folder = broken(tmp_path, "root_get", {"method": "POST", "path": "/no/such/route", "response": {}})

    code = main(["fidelity", "--goldens", str(folder), "--rate", "50"])

    assert code == 0
    assert "POST /no/such: root_get" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fidelity", "--goldens", "/no/such/folder"], "/no/such/folder is not a folder"),
        (["fidelity", "--family", "conect"], "no recording of family 'conect'"),
        (["fidelity", "--scenario", "conect"], "no recording of name 'conect'"),
        (["fidelity", "--rate", "0"], "0 is not a rate; legal: above 0, at most 200"),
        (["fidelity", "--rate", "fast"], "fast"),
        (["fidelity", "--jobs", "0"], "0 is too few; legal: 1 or more"),
        (["fidelity", "--json", "/no/such/folder/out.json"], "/no/such/folder/out.json cannot be written"),
        (["fidelity", "--golden", "."], "unrecognized arguments"),
        (["faith"], "invalid choice: 'faith'"),
        ([], "required: command"),
    ],
)
def test_wrong_usage_is_one_line_and_4(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong options, folders and files end with one line on standard error and exit code 4."""
    code = main(arguments)

    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (4, 1)
    assert said in told
