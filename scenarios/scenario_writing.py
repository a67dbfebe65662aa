"""A scenario back as a file has it: what was searched, shrunk or imported can be run again by itself."""

from typing import Any

import yaml

from fake_evolution import World
from scenarios.dsl import Channels, JourneyPlan, Scenario
from scenarios.itinerary import Deadlines
from scenarios.script import step_mapping, time_text


def scenario_mapping(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a file has it, defaults left out; `parse_scenario` makes the same scenario of it."""
    mapping: dict[str, Any] = {"name": scenario.name, "description": scenario.description, "seed": scenario.seed}
    parts = {
        "world": _world(scenario.world),
        "journey": _journey(scenario.journey),
        "script": [step_mapping(step) for step in scenario.script],
        "channels": _channels(scenario.channels),
        "expect": {"exercises": list(scenario.expect.exercises)} if scenario.expect.exercises else {},
    }
    mapping |= {name: part for name, part in parts.items() if part}
    return mapping | ({"gate": True} if scenario.gate else {})


def scenario_text(scenario: Scenario) -> str:
    """The scenario as a YAML file."""
    return yaml.safe_dump(scenario_mapping(scenario), sort_keys=False, allow_unicode=True, width=110)


def _world(world: World) -> dict[str, Any]:
    plain = World().to_mapping()
    return {name: part for name, part in world.to_mapping().items() if part != plain[name]}


def _journey(plan: JourneyPlan) -> dict[str, Any]:
    plain = JourneyPlan()
    words = {name: getattr(plan, name) for name in ("again", "again_by", "qr_by", "ends")}
    mapping: dict[str, Any] = {
        name: value if isinstance(value, bool) else value.value
        for name, value in words.items()
        if value != getattr(plain, name)
    }
    for name in ("reaction", "stay"):
        if (value_s := getattr(plan, f"{name}_s")) != getattr(plain, f"{name}_s"):
            mapping[name] = time_text(value_s)
    if plan.stay_after_s is not None:
        mapping["stay_after"] = time_text(plan.stay_after_s)
    waits, usual = plan.deadlines, Deadlines()
    deadlines = {
        name: time_text(getattr(waits, f"{name}_s"))
        for name in ("qr", "connected", "disconnected")
        if getattr(waits, f"{name}_s") != getattr(usual, f"{name}_s")
    }
    return mapping | ({"deadlines": deadlines} if deadlines else {})


def _channels(channels: Channels) -> dict[str, Any]:
    plain = Channels()
    mapping: dict[str, Any] = {
        name: getattr(channels, name)
        for name in ("count", "tenants", "one_by_one")
        if getattr(channels, name) != getattr(plain, name)
    }
    return mapping | ({"every": time_text(channels.every_s)} if channels.every_s != plain.every_s else {})
