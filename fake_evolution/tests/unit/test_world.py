"""Tests of worlds and their files."""

from math import inf
from typing import Any

import pytest

from fake_evolution import ConfigError, Delay, Drop, Duplicate, FaultRule, Reorder, Selector, WhatsApp, World, seconds


def test_empty_file_is_the_default_world() -> None:
    """A world says nothing that it need not say."""
    assert World.from_mapping({}) == World()


WRITTEN = {
    "profile": "2.3.6",
    "whatsapp": {"qr_first": "1.5s", "qr_interval": "never", "qr_refs": 2, "not_on_whatsapp": ["99"]},
    "server": {"env": {"QRCODE_LIMIT": 3, "WEBHOOK_GLOBAL_ENABLED": True, "TZ": "UTC"}},
    "faults": [
        {"fault": "delay", "delay": "4s", "jitter": "500ms", "select": {"event": "qrcode.updated", "nth": [1, 2]}},
        {"name": "twice", "fault": "duplicate", "copies": 2, "gap": "3s", "probability": 0.25},
        {"fault": "drop", "select": {"instance": "sales-*", "state": "open", "attempt": 2}},
        {"fault": "reorder", "past": 2, "hold_max": "1m"},
    ],
}


def test_whole_file_becomes_values() -> None:
    """Times get their unit in seconds, variables become texts, rules keep their order."""
    assert World.from_mapping(WRITTEN) == World(
        profile="2.3.6",
        whatsapp=WhatsApp(qr_first_s=1.5, qr_interval_s=inf, qr_refs=2, not_on_whatsapp=("99",)),
        server={"QRCODE_LIMIT": "3", "WEBHOOK_GLOBAL_ENABLED": "true", "TZ": "UTC"},
        faults=(
            FaultRule("delay", Delay(4.0, 0.5), select=Selector(event="qrcode.updated", nth=(1, 2))),
            FaultRule("twice", Duplicate(2, 3.0), probability=0.25),
            FaultRule("drop", Drop(), select=Selector(instance="sales-*", state="open", attempt=(2,))),
            FaultRule("reorder", Reorder(2, 60.0)),
        ),
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ([], "w is a list; legal: a mapping with profile, whatsapp, server, phones, faults"),
        (None, "w is empty; legal: a mapping with profile, whatsapp, server, phones, faults"),
        ({"fault": []}, "w: unknown key 'fault'; did you mean 'faults'? (known: faults, phones, profile"),
        ({"profile": "9.9"}, "w.profile: unknown profile '9.9' (known: 2.2.3, 2.3.6, 2.3.7)"),
        ({"whatsapp": 5}, "w.whatsapp is a whole number; legal: a mapping with"),
        ({"whatsapp": {"qr_frist": "1s"}}, "w.whatsapp: unknown key 'qr_frist'; did you mean 'qr_first'?"),
        ({"whatsapp": {"qr_first": 4}}, "w.whatsapp.qr_first is 4; legal: a time with its unit, as 800ms, 4s or 20m"),
        ({"whatsapp": {"qr_first": "-4s"}}, "w.whatsapp.qr_first is '-4s'; legal: a time with its unit"),
        ({"whatsapp": {"qr_refs": "6"}}, "w.whatsapp.qr_refs is '6'; legal: a whole number from 1"),
        ({"whatsapp": {"qr_refs": True}}, "w.whatsapp.qr_refs is True; legal: a whole number from 1"),
        ({"whatsapp": {"not_on_whatsapp": [""]}}, "w.whatsapp.not_on_whatsapp takes 100% of all numbers away; legal: "),
        (
            {"whatsapp": {"not_on_whatsapp": list("012345")}},
            "w.whatsapp.not_on_whatsapp takes 60% of all numbers away; legal: ",
        ),
        ({"whatsapp": {"not_on_whatsapp": "0"}}, "w.whatsapp.not_on_whatsapp is '0'; legal: a list of texts"),
        ({"server": {"QRCODE_LIMIT": 3}}, "w.server: unknown key 'QRCODE_LIMIT' (known: env)"),
        ({"server": {"env": []}}, "w.server.env is a list; legal: variables and their values"),
        ({"server": {"env": {"TZ": ["UTC"]}}}, "w.server.env.TZ is a list; legal: a text, a number, true or false"),
        ({"faults": {}}, "w.faults is a mapping; legal: a list of at most 200 fault rules"),
        ({"faults": [{"fault": "drop"}] * 201}, "w.faults is a list; legal: a list of at most 200 fault rules"),
    ],
)
def test_wrong_world_is_refused_with_its_path(written: Any, told: str) -> None:
    """An error names the path in the file, what was found there and what would be legal."""
    with pytest.raises(ConfigError) as refusal:
        World.from_mapping(written, path="w")

    assert str(refusal.value).startswith(told)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("drop", " is no fault rule; legal: a mapping with `fault`, one of clock-skew, corrupt, delay, drop, "),
        ({"fault": "dorp"}, ".fault: unknown fault 'dorp'; did you mean 'drop'? (known: api-error, api-g"),
        ({"fault": "delay"}, " lacks 'delay'; legal: a time with its unit, as 800ms"),
        ({"fault": "delay", "delay": "4"}, ".delay is '4'; legal: a time with its unit, as 800ms, 4s or 20m"),
        ({"fault": "drop", "delay": "4s"}, ": unknown key 'delay' (known: correlation, fault, name, prob"),
        ({"fault": "drop", "probability": 1.5}, ".probability is 1.5; legal: a number from 0 to 1"),
        ({"fault": "drop", "probability": "1"}, ".probability is '1'; legal: a number from 0 to 1"),
        ({"fault": "duplicate", "copies": [1, 2]}, ".copies is [1, 2]; legal: a whole number from 1"),
        ({"fault": "duplicate", "copies": 0}, ".copies is 0; legal: a whole number from 1"),
        ({"fault": "drop", "select": "*"}, ".select is a text; legal: a mapping with event, instance, state, nth, at"),
        ({"fault": "drop", "select": {"nth": 0}}, ".select.nth is 0; legal: a whole number from 1, or a list of them"),
        ({"fault": "drop", "select": {"nth": []}}, ".select.nth is []; legal: a whole number from 1, or a list of th"),
        ({"fault": "drop", "select": {"events": "*"}}, ".select: unknown key 'events'; did you mean 'event'?"),
    ],
)
def test_wrong_rule_is_refused_with_its_index(rule: Any, told: str) -> None:
    """An error in a rule says which one of the list it is."""
    with pytest.raises(ConfigError) as refusal:
        World.from_mapping({"faults": [{"fault": "drop"}, rule]}, path="w")

    assert str(refusal.value).startswith(f"w.faults[1]{told}")


def test_two_rules_may_not_share_a_name() -> None:
    """The name keys a rule's chance, so it is unique; the default name is the fault's."""
    with pytest.raises(ConfigError, match=r"^world\.faults\[1\]\.name is 'drop' again; legal: a name of its own"):
        World.from_mapping({"faults": [{"fault": "drop"}, {"fault": "delay", "delay": "1s", "name": "drop"}]})


@pytest.mark.parametrize(
    ("text", "value_s"),
    [("800ms", 0.8), ("4s", 4.0), ("2.5s", 2.5), ("20m", 1200.0), ("1h", 3600.0), ("4 s", 4.0), ("never", inf)],
)
def test_times_have_units(text: str, value_s: float) -> None:
    """A time is a number and its unit, or never."""
    assert seconds(text, "here") == value_s


@pytest.mark.parametrize("value", ["4", "4 seconds", "s", "-1s", "1e3s", "", 4, 4.0, None, True, ["4s"]])
def test_anything_else_is_no_time(value: Any) -> None:
    """A number without a unit is refused, because nobody can tell seconds from milliseconds."""
    with pytest.raises(ConfigError, match=r"^here is .*; legal: a time with its unit, as 800ms, 4s or 20m$"):
        seconds(value, "here")


def test_world_describes_itself_in_json() -> None:
    """The journal's form of a world has seconds, null for never, and every rule with its selector."""
    rule = FaultRule("slow", Delay(4.0), 0.5, Selector(event="qrcode.updated"))
    told = World(whatsapp=WhatsApp(qr_interval_s=inf), server={"TZ": "UTC"}, faults=(rule,)).describe()

    assert (told["profile"], told["server"], told["whatsapp"]["qr_interval_s"]) == (
        "2.3.6",
        {"env": {"TZ": "UTC"}},
        None,
    )
    (told_rule,) = told["faults"]
    assert told_rule["select"] | {"event": "qrcode.updated", "until_s": None, "attempt": (1,)} == told_rule["select"]
    assert told_rule | {"name": "slow", "fault": "delay", "delay_s": 4.0, "probability": 0.5} == told_rule
