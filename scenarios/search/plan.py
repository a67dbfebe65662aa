"""A plan: a scenario in the parts that it can do without, as the search varies and shortens it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from scenarios.dsl import Scenario
from scenarios.scenario_file import parse_scenario

NAME = "searched"
_PLAIN_JOURNEY = {"again": False, "stay": "2s", "reaction": "200ms"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that differs from one try to the next; steps and faults are mappings as files have them."""

    seed: int
    channels: int = 2
    journey: Mapping[str, Any] = field(default_factory=lambda: dict(_PLAIN_JOURNEY), hash=False)
    whatsapp: Mapping[str, Any] = field(default_factory=dict, hash=False)
    steps: tuple[Mapping[str, Any], ...] = ()
    faults: tuple[Mapping[str, Any], ...] = ()

    @property
    def events(self) -> int:
        """How much happens in it: channels, second journeys, steps, faults."""
        return self.channels * (2 if self.journey.get("again") else 1) + len(self.steps) + len(self.faults)

    def mapping(self, *, name: str = NAME, description: str = "A schedule that the search tried.") -> dict[str, Any]:
        """The plan as a scenario file has it."""
        world: dict[str, Any] = {}
        if self.whatsapp:
            world["whatsapp"] = dict(self.whatsapp)
        if self.faults:
            world["faults"] = [{"name": f"f{nth}", **_bare(one)} for nth, one in enumerate(self.faults, 1)]
        parts = {
            "world": world,
            "journey": dict(self.journey),
            "script": [_bare(step) for step in self.steps],
            "channels": {"count": self.channels, "every": "200ms"},
        }
        head = {"name": name, "description": description, "seed": self.seed}
        return head | {key: part for key, part in parts.items() if part}

    def scenario(self, *, name: str = NAME, description: str = "A schedule that the search tried.") -> Scenario:
        """The plan as a value that can be run."""
        return parse_scenario(self.mapping(name=name, description=description), path=Path(f"{name}.yaml"))

    @classmethod
    def of_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """The plan that made this mapping."""
        world = mapping.get("world", {})
        return cls(
            seed=mapping["seed"],
            channels=mapping["channels"]["count"],
            journey=dict(mapping.get("journey", {})),
            whatsapp=dict(world.get("whatsapp", {})),
            steps=tuple(mapping.get("script", ())),
            faults=tuple(
                {key: value for key, value in one.items() if key != "name"} for one in world.get("faults", ())
            ),
        )


def _bare(piece: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: a step at once, a fault that always strikes, a selector that selects everything."""
    silent = {"after": "0s", "probability": 1.0, "select": {}, "same_text": False}
    return {key: value for key, value in piece.items() if key not in silent or value != silent[key]}
