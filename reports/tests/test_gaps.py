"""The first page answers for every gap and every duty."""

import json
from pathlib import Path
from typing import Any

from reports.cli import render
from reports.gaps import GAP_TITLES, duties_of, gaps_of
from reports.tests.sample_gates import failing
from reports.tests.test_render import words

PROOF: dict[str, Any] = {
    "invariant": "I10",
    "title": "a webhook finds its channel",
    "count": 3,
    "of": 40,
    "phase": "load",
    "subject": "instance <7>",
    "sentence": "G2-correlation: 'open' was answered 404; expected it to find its channel",
    "webhook": "connection.update open of instance 7; sent at 2.01 s, answered 404 at 2.05 s",
    "shown": "list of channel 7 at 3.40 s: status CONNECTING",
    "between_s": 1.39,
    "around": ["1.00 s: redis down (kill)"],
    "records": [12, 14],
}
BROKEN = {"id": "G2-correlation", "verdict": "broken", "evidence": "I10: it was", "findings": [PROOF]}
LATE = {"id": "D5-acknowledgement", "verdict": "broken", "evidence": "I18: slow", "findings": []}


def with_gaps(tmp_path: Path) -> Path:
    """A failing run whose gaps carry proofs."""
    run_dir = failing(tmp_path)
    run = json.loads((run_dir / "run.json").read_text())
    (run_dir / "run.json").write_text(json.dumps(run | {"gaps": [BROKEN], "duties": [LATE]}))
    render(run_dir)
    return run_dir


def test_a_broken_gap_shows_webhook_row_and_time_between(tmp_path: Path) -> None:
    """All that a developer needs stands on the card, escaped."""
    page = (with_gaps(tmp_path) / "report.html").read_text()

    seen = words(page)
    assert "I10 a webhook finds its channel broken 3 of 40 times; worst: instance &lt;7&gt;, load" in seen
    assert "&#39;open&#39; was answered 404; expected it to find its channel" in seen
    assert "webhook connection.update open of instance 7; sent at 2.01 s, answered 404 at 2.05 s" in seen
    assert "API showed list of channel 7 at 3.40 s: status CONNECTING between 1.39 s" in seen
    assert "around it 1.00 s: redis down (kill) records 12 14" in seen


def test_duties_are_shown_in_their_own_words(tmp_path: Path) -> None:
    """What no gap names stands beside the gaps, with its evidence."""
    seen = words((with_gaps(tmp_path) / "report.html").read_text())

    assert "Beside the gaps 1 broken, 0 hold, 7 not exercised" in seen
    assert "D5-acknowledgement ✕ broken Bursts of webhooks are acknowledged fast I18: slow" in seen


def test_the_summary_has_the_evidence_too(tmp_path: Path) -> None:
    """A CI job's summary needs no other file."""
    summary = (with_gaps(tmp_path) / "summary.md").read_text()

    assert "| G2-correlation | ✕ broken | **I10** (3 of 40) webhook: connection.update open of instance 7" in summary
    assert "between: 1.39 s" in summary


def test_every_gap_is_named_whatever_the_run_says() -> None:
    """A run that judged one gap shows seven; a run without gaps or of an older version shows what it has."""
    assert [gap.id for gap in gaps_of({"gaps": [BROKEN]})] == list(GAP_TITLES)
    assert gaps_of({}) == duties_of({}) == ()
    assert gaps_of({"gaps": [{"id": "G1-status-contract", "verdict": "holds", "findings": "?"}]})[0].proofs == ()
