"""What is asked of the matrix: the defects, each with its own scenario, and the batches that follow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from fake_evolution import unknown_name
from scenarios.errors import ScenarioError
from scenarios.matrix.tally import Defect
from scenarios.processes import call_room
from scenarios.scenario_file import catalogue

OWN = Path(__file__).with_name("own_scenarios.yaml")
CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One batch to live: a defect (or none), and its scenarios under their seeds."""

    defect: str
    rows: tuple[tuple[str, int], ...]


def known_defects() -> tuple[Defect, ...]:
    """The defects that the reference backend has, with the scenario of each."""
    told = orjson.loads("\n".join(call_room(("channel_backend", "defects", "--json"))))
    own: Mapping[str, Any] = yaml.safe_load(OWN.read_text(encoding="utf-8"))
    missing = sorted({one["id"] for one in told} ^ set(own))
    if missing:
        raise ScenarioError(f"{OWN.name} and the backend's own list differ in: {', '.join(missing)}")
    return tuple(
        Defect(one["id"], one["stands_for"], own[one["id"]]["scenario"], tuple(own[one["id"]]["by"])) for one in told
    )


def chosen(defects: Sequence[Defect], names: Sequence[str]) -> tuple[Defect, ...]:
    """The named ones; all when none is named."""
    known = {one.id: one for one in defects}
    for name in names:
        if name not in known:
            raise ScenarioError(unknown_name("defect", name, sorted(known)))
    return tuple(known[name] for name in names) if names else tuple(defects)


def scenarios_for(defect: Defect, choice: str) -> tuple[str, ...]:
    """Its own scenario, or every one that there is, its own first."""
    others = [one.name for one in catalogue() if one.name != defect.scenario]
    return (defect.scenario, *others) if choice == "all" else (defect.scenario,)


def batches(
    defects: Sequence[Defect], *, choice: str, seeds: int, clean_runs: int, first_seed: int, clean_size: int
) -> Iterator[Wanted]:
    """Every batch; those of the clean backend last, so that a missed defect is known early."""
    numbers = range(first_seed, first_seed + seeds)
    for defect in defects:
        yield Wanted(defect.id, tuple((name, seed) for name in scenarios_for(defect, choice) for seed in numbers))
    names = [one.name for one in catalogue()]
    rows = [(names[nth % len(names)], first_seed + nth // len(names)) for nth in range(clean_runs)]
    for start in range(0, len(rows), clean_size):
        yield Wanted(CLEAN, tuple(rows[start : start + clean_size]))
