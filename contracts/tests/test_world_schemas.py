"""The schemas that editors use for world and scenario files say the same as the readers of those files."""

from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from contracts.loader import schema, violations
from contracts.recording import Json
from fake_evolution import API_FAULTS, FAULTS, PROFILES, ConfigError, Selector, WhatsApp, World

CATALOGUE = Path(__file__).parents[2] / "scenarios" / "catalogue"


def file_names(kind: type) -> set[str]:
    """Fields as files write them: without the unit that the value brings."""
    return {field.name.removesuffix("_s").removesuffix("_bytes").replace("_s_", "_") for field in fields(kind)}


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_catalogue_is_valid(path: Path) -> None:
    """Every scenario of the catalogue fits the schema."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))

    found = violations("scenario", content)

    assert found == ()


def test_the_schema_knows_every_key_of_a_world() -> None:
    """What a world file may say is what its schema offers, no more and no less."""
    document = schema("world")

    known = {
        "whatsapp": set(document["properties"]["whatsapp"]["properties"]),
        "select": {key for kind in ("deliveries", "calls") for key in document["$defs"][kind]["properties"]},
        "profile": set(document["properties"]["profile"]["enum"]),
    }

    assert known == {"whatsapp": file_names(WhatsApp), "select": file_names(Selector), "profile": set(PROFILES)}


def test_the_schema_knows_every_fault() -> None:
    """Each fault has its branch, with exactly its own settings."""
    branches = schema("world")["$defs"]["rule"]["allOf"]

    known = {branch["if"]["properties"]["fault"]["const"]: set(branch["then"]["properties"]) for branch in branches}

    both = {**FAULTS, **API_FAULTS}
    assert known == {name: file_names(kind) | {"select"} for name, kind in both.items()}
    assert set(schema("world")["$defs"]["rule"]["properties"]["fault"]["enum"]) == set(both)


@pytest.mark.parametrize(
    "world",
    [
        {},
        {"whatsapp": {"qr_first": "400ms", "qr_refs": 3, "open": "never", "not_on_whatsapp": ["0000"]}},
        {"server": {"env": {"QRCODE_LIMIT": 3, "WEBHOOK_GLOBAL_ENABLED": True}}},
        {"faults": [{"fault": "delay", "delay": "4s", "probability": 0.5, "select": {"nth": [1, 3]}}]},
        {"faults": [{"fault": "reorder", "past": 2, "hold_max": "10s"}]},
        {"whatsapp": {"fail_send": "rate-overlimit"}},
        {"phones": [{"name": "lost", "then": [{"does": "lose-connection", "at": "5s", "for": "never"}]}]},
    ],
)
def test_both_accept_what_is_right(world: dict[str, Json]) -> None:
    """A right world passes the schema and the reader."""
    World.from_mapping(world)

    found = violations("world", world)

    assert found == ()


@pytest.mark.parametrize(
    "world",
    [
        {"whatsap": {}},
        {"whatsapp": {"qr_first": 400}},
        {"whatsapp": {"qr_refs": 0}},
        {"profile": "1.0.0"},
        {"faults": [{"fault": "dealy", "delay": "4s"}]},
        {"faults": [{"fault": "delay"}]},
        {"faults": [{"fault": "drop", "delay": "4s"}]},
        {"faults": [{"fault": "drop", "probability": 2}]},
        {"faults": [{"fault": "drop", "select": {"nth": 0}}]},
        {"whatsapp": {"fail_send": None}},
        {"phones": [{"name": "lost", "then": [{"does": "lose-connection"}]}]},
    ],
)
def test_both_refuse_what_is_wrong(world: dict[str, Json]) -> None:
    """A wrong world passes neither the schema nor the reader."""
    with pytest.raises(ConfigError):
        World.from_mapping(world)

    found = violations("world", world)

    assert found != ()
