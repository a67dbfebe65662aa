"""Histories that a wrong reading of the rules misjudges are all judged as their labels say."""

import json
from typing import Any

import pytest

from scenarios.judging import Truth
from scenarios.tests.retold import FOLDER, LABELS, every_history
from scenarios.trial import JournalJudged, judge_journal

LABELLED: dict[str, dict[str, Any]] = json.loads(LABELS.read_text())


def words(judged: JournalJudged) -> dict[str, Truth]:
    """The word on each invariant."""
    return {verdict.id: verdict.verdict for verdict in judged.invariants}


@pytest.mark.parametrize("name", LABELLED)
def test_a_history_is_judged_as_its_label_says(name: str) -> None:
    """What is labelled is found so, and nothing else is found broken."""
    label = LABELLED[name]

    judged = judge_journal(FOLDER / f"{name}.jsonl")

    found = words(judged)
    wanted = {one: Truth(word) for word in ("true", "false", "unknown") for one in label[word]}
    assert {one: found[one] for one in wanted} == wanted, label["why"]
    assert {one for one, word in found.items() if word is Truth.FALSE} == set(label["false"])
    assert [verdict.trace for verdict in judged.invariants if verdict.trace] == []
    assert label["notes"] in " ".join(judged.notes)


def test_every_broken_one_says_what_was_expected_and_where_to_look() -> None:
    """A diagnosis is one sentence that names the gap or duty, and its witness is there."""
    for name, label in LABELLED.items():
        judged = judge_journal(FOLDER / f"{name}.jsonl")
        for verdict in judged.invariants:
            if verdict.id in label["false"]:
                assert verdict.diagnosis.startswith(f"{verdict.gap.value}: "), name
                assert "expected" in verdict.diagnosis, name
                assert "; look " in verdict.diagnosis, name
                assert verdict.worst is not None, name
                assert verdict.worst.witness, name


def test_there_are_forty_and_every_invariant_is_misread_somewhere() -> None:
    """The folder covers every invariant."""
    labelled = {one for label in LABELLED.values() for word in ("true", "false", "unknown") for one in label[word]}

    assert len(LABELLED) >= 40
    assert labelled >= {f"I{number}" for number in range(1, 34)}


def test_the_files_are_what_their_tellers_tell() -> None:
    """Nobody edits a history by hand, or forgets to write one."""
    told = every_history()

    assert sorted(path.name for path in FOLDER.iterdir()) == sorted([*(f"{name}.jsonl" for name in told), LABELS.name])
    assert {name: one.label() for name, one in told.items()} == LABELLED
    for name, one in told.items():
        assert (FOLDER / f"{name}.jsonl").read_bytes() == one.content(), name
