"""Tests of the rendered files."""

import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from reports.cli import main, render
from reports.findings import scenarios_of
from reports.tests.sample_gates import failing, passing

FILES = ["run.json", "verdicts.json", "journal.jsonl", "samples.ndjson"]


def page_of_run(run_dir: Path) -> str:
    """The rendered page."""
    render(run_dir)
    return (run_dir / "report.html").read_text()


def words(page: str) -> str:
    """What a reader sees, as running text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1]))


class Strict(HTMLParser):
    """Checks that every tag is closed in order, and collects ids and links."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what is open."""
        found = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [str(found[name]) for name in ("href", "src") if name in found]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """What ends is what was opened last."""
        assert self.open.pop() == tag


def test_a_passing_gate_says_so(tmp_path: Path) -> None:
    """The first words are the verdict and its numbers."""
    seen = words(page_of_run(passing(tmp_path)))

    assert "PASS 60 of 60 journeys connected (connect success 100 %)" in seen
    assert "tox -e gate -- --channels 60 --seed 7" in seen
    assert "Failed journeys" not in seen


def test_a_failing_gate_says_why(tmp_path: Path) -> None:
    """Reasons, broken gap, broken rule, the backend's last words and the failed journeys are all there."""
    seen = words(page_of_run(failing(tmp_path)))

    assert "FAIL The backend died during the run; connect success is" in seen
    assert "G1-status-contract" in seen
    assert "I21: channel 101 showed the status" in seen
    assert "line 39" in seen
    assert "load-102 · load" in seen


def test_a_scenario_names_what_it_put_to_the_test() -> None:
    """An invariant that stayed unknown was not exercised; a broken one is marked."""
    judged = [{"id": "I1", "verdict": "unknown"}, {"id": "I5", "verdict": "true"}, {"id": "I21", "verdict": "false"}]

    found = scenarios_of({"scenarios": [{"name": "regression", "invariants": judged}]})

    assert [one.invariants for one in found] == ["I5 I21 (broken)"]


def test_everything_is_escaped(tmp_path: Path) -> None:
    """What a backend says cannot become markup in the report."""
    page = page_of_run(failing(tmp_path))

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;boom &amp; bust" in page


@pytest.mark.parametrize("gate", [passing, failing])
def test_the_page_is_well_formed_and_alone(tmp_path: Path, gate: object) -> None:
    """Tags are closed in order, ids are unique, and nothing is fetched from anywhere."""
    assert callable(gate)
    parser = Strict()

    parser.feed(page_of_run(gate(tmp_path)))

    assert parser.open == []
    assert len(set(parser.ids)) == len(parser.ids)
    outside = [link for link in parser.links if not link.startswith(("#", "data:"))]
    assert outside == []
    assert {link[1:] for link in parser.links if link.startswith("#")} <= set(parser.ids)


def test_junit_has_a_case_for_everything(tmp_path: Path) -> None:
    """CI sees each scenario, invariant and criterion, failures as failures and the unexercised as skipped."""
    render(failing(tmp_path))

    suites = {suite.get("name"): suite for suite in ET.parse(tmp_path / "junit.xml").getroot()}  # noqa: S314  our own

    counts = {name: [suite.get(key) for key in ("tests", "failures", "skipped")] for name, suite in suites.items()}
    assert counts == {
        "run": ["1", "1", "0"],
        "acceptance": ["2", "2", "0"],
        "scenarios": ["4", "1", "0"],
        "invariants": ["6", "1", "1"],
    }


def test_the_summary_is_short_and_complete(tmp_path: Path) -> None:
    """A CI summary shows verdict, criteria, gaps, what broke and how to repeat."""
    render(failing(tmp_path))

    summary = (tmp_path / "summary.md").read_text()

    assert summary.startswith("# ✕ FAIL\n")
    assert "| G1-status-contract | ✕ broken |" in summary
    assert "- ✕ **I21** broken 12 times" in summary
    assert "tox -e gate -- --channels 60 --seed 7" in summary
    assert len(summary) < 6_000


@pytest.mark.parametrize("missing", FILES)
def test_a_missing_file_is_said_and_the_rest_is_shown(tmp_path: Path, missing: str) -> None:
    """A run that ended early is reported as far as it went."""
    (failing(tmp_path) / missing).unlink()

    seen = words(page_of_run(tmp_path))

    assert f"{missing} is missing: the run ended before it was written" in seen


@pytest.mark.parametrize("broken", FILES)
@pytest.mark.parametrize("content", [b"", b"{", b"[1, null]\n", b'{"a": [}\n{"b"', b"\xff\xfe\x00"])
def test_a_broken_file_never_breaks_the_report(tmp_path: Path, broken: str, content: bytes) -> None:
    """Whatever a crash left behind, there is a page."""
    (failing(tmp_path, journeys=10) / broken).write_bytes(content)

    assert "</html>" in page_of_run(tmp_path)


@pytest.mark.slow
def test_wrong_types_never_break_the_report(tmp_path: Path) -> None:
    """A run.json of another version, with anything anywhere, is shown as far as it is understood."""
    run = json.loads((failing(tmp_path, journeys=10) / "run.json").read_text())
    for name in run:
        for wrong in (None, 7, "x", [], {}, [None, 1], {"a": {"b": 1}}):
            (tmp_path / "run.json").write_text(json.dumps({**run, name: wrong}))
            render(tmp_path)

    assert (tmp_path / "report.html").exists()


def test_parts_of_the_journal_are_shown_when_nobody_merged_them(tmp_path: Path) -> None:
    """A run that was killed left the load's journal beside the fake's."""
    (failing(tmp_path) / "journal.jsonl").rename(tmp_path / "load-journal.jsonl")

    seen = words(page_of_run(tmp_path))

    assert "shown instead: load-journal.jsonl" in seen
    assert "connection.update connecting" in seen


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_what_is_no_run_is_refused(tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One clear line and exit 4, and nothing is written."""
    (tmp_path / "empty").mkdir()

    code = main(["render", str(tmp_path / place)])

    said = capsys.readouterr().err
    assert code == 4
    assert said.startswith("reports: '")
    assert said.count("\n") == 1
    assert list((tmp_path / "empty").iterdir()) == []


def test_wrong_arguments_are_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    """2 means INCONCLUSIVE elsewhere, so a wrong call is 4."""
    assert main(["rendr"]) == 4
    assert "rendr" in capsys.readouterr().err
    assert main(["--help"]) == 0


@pytest.mark.slow
def test_a_thousand_journeys_are_quick_and_small(tmp_path: Path) -> None:
    """A release load renders in seconds and can be mailed."""
    run_dir = failing(tmp_path, journeys=1_000)
    began = time.process_time()

    render(run_dir)

    assert time.process_time() - began < 10
    assert (run_dir / "report.html").stat().st_size < 5_000_000
