"""Tests of the printed plan: the same seed gives the same octets, in every process, whatever else is in the world."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from fake_evolution import World
from fake_evolution.cli import main
from fake_evolution.schedule import schedule

RULES: list[dict[str, Any]] = [
    {"fault": "delay", "delay": {"lognormal": {"median": "1s", "p95": "9s"}}, "probability": 0.5},
    {"fault": "drop-ack", "probability": 0.2, "correlation": 0.5},
    {"fault": "reorder", "permute": True, "past": 3, "probability": 0.3},
]
PHONES = [
    {"name": "p", "scan": {"after": {"uniform": ["1s", "9s"]}}, "then": [{"does": "flap", "at": "9s", "times": 2}]}
]
DIGEST = """
from hashlib import sha256
from fake_evolution import World
from fake_evolution.schedule import schedule
world = World.from_mapping({world!r})
digest = sha256()
for seed in range({seeds}):
    for line in schedule(world, seed=seed, instances=1):
        digest.update(line)
print(digest.hexdigest())
"""


def lines(*rules: dict[str, Any], seed: int = 1, instances: int = 2) -> list[dict[str, Any]]:
    """The plan of a world with these rules."""
    world = World.from_mapping({"faults": list(rules), "phones": PHONES})
    return [orjson.loads(line) for line in schedule(world, seed=seed, instances=instances)]


@pytest.mark.stack
def test_same_seed_gives_the_same_octets_in_every_process() -> None:
    """A thousand seeds have the same plans in two processes with different hash seeds."""
    code = DIGEST.format(world={"faults": RULES}, seeds=1000)
    processes = [
        subprocess.Popen(  # noqa: S603  this very interpreter
            [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONHASHSEED": hash_seed}
        )
        for hash_seed in ("1", "4711")
    ]

    first, second = (process.communicate(timeout=300)[0] for process in processes)

    assert first == second
    assert len(first.strip()) == 64


def test_same_seed_gives_the_same_octets_twice() -> None:
    """One world, phones included, plans alike every time; another seed plans otherwise."""
    assert lines(*RULES) == lines(*RULES)
    assert lines(*RULES) != lines(*RULES, seed=2)


def test_further_rule_changes_nothing_of_the_others() -> None:
    """Whom the old rules strike stays the same, delivery by delivery."""
    further = {"name": "added", "fault": "duplicate", "probability": 0.5}

    before, after = lines(*RULES[:1]), lines(further, *RULES[:1])

    struck = [(one["delivery"], one["faults"]) for one in before]
    assert [(one["delivery"], [name for name in one["faults"] if name != "added"]) for one in after] == struck


def test_standard_life_runs_from_create_to_remove() -> None:
    """Without phones in the world somebody scans; the session is closed and the instance goes."""
    plan = [orjson.loads(line) for line in schedule(World(), seed=1, instances=1)]

    events = [one["event"] for one in plan]
    assert (events[0], events[-1]) == ("instance.create", "remove.instance")
    assert {"qrcode.updated", "connection.update", "messages.upsert", "logout.instance"} <= {*events}
    assert all(one["due_offsets_s"] == [0.0] and one["faults"] == [] for one in plan)


def test_command_prints_canonical_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a plan, keys sorted, nothing but JSON."""
    world = tmp_path / "world.yaml"
    world.write_text("faults: [{fault: duplicate, gap: 3s}]\n", encoding="utf-8")

    code = main(["schedule", "--world", str(world), "--seed", "3", "--instances", "2"])

    printed = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS).decode() for line in printed] == printed
    assert {tuple(orjson.loads(line)["due_offsets_s"]) for line in printed} == {(0.0, 3.0)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("faults: [{fault: drop, select: {instance: sales}}]", "world.faults[0].select.instance is 'sales'"),
        ("faults: [{fault: drop, select: {nth_instance: 5}}]", "world.faults[0].select.nth_instance is [5], and there"),
        ("faults:\n  - {fault: drop, probability: 2}", ":2: world.faults[0].probability is 2; legal: a number from 0"),
        ("profile: [", "is no YAML"),
    ],
)
def test_impossible_world_is_one_line_and_exit_4(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule about an instance that will not be there is refused before anything lives; a refusal has its line."""
    world = tmp_path / "world.yaml"
    world.write_text(text, encoding="utf-8")

    code = main(["schedule", "--world", str(world), "--instances", "2"])

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (4, "", 1)
    assert told in said.err
