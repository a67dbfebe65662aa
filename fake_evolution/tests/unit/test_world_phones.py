"""Tests of worlds' phones, selectors and distributions in files, and of the way back into a file."""

from pathlib import Path
from typing import Any

import pytest

from fake_evolution import API_FAULTS, FAULTS, ConfigError, Delay, FaultRule, Selector, World
from fake_evolution.behaviours.values import Behaviour, Flap, LoseConnection, Owners, Receive, Scan, Shown, Unlink
from fake_evolution.distributions import Empirical, Lognormal, Pareto, Uniform
from fake_evolution.world.files import find_world, load_world, named_worlds

PHONE = {
    "name": "slow",
    "select": {"instance": "sales-*", "nth_instance": [1, 3], "share": 0.5},
    "scan": {
        "after": {"lognormal": {"median": "6s", "p95": "40s"}},
        "nth_qr": 2,
        "code": "expired",
        "number": 5511987654321,
    },
    "then": [
        {"does": "lose-connection", "at": "30s", "for": "10s"},
        {"does": "receive", "at": {"uniform": ["1s", "2s"]}, "count": 5, "every": "500ms", "lid": True},
        {"does": "flap", "at": "1m"},
        {"does": "unlink", "at": "2m"},
    ],
}


def test_phone_of_a_file_becomes_values() -> None:
    """Names, times and counts as they are written."""
    (phone,) = World.from_mapping({"phones": [PHONE]}).phones

    assert phone == Behaviour(
        "slow",
        Owners("sales-*", (1, 3), 0.5),
        Scan(Lognormal(6.0, 40.0), 2, Shown.EXPIRED, "5511987654321"),
        (
            LoseConnection(30.0, 10.0),
            Receive(Uniform(1.0, 2.0), 5, 0.5, lid=True),
            Flap(60.0),
            Unlink(120.0),
        ),
    )


@pytest.mark.parametrize(
    ("written", "duration"),
    [
        ({"uniform": ["1s", "4s"]}, Uniform(1.0, 4.0)),
        ({"uniform": {"low": "1s", "high": "4s"}}, Uniform(1.0, 4.0)),
        ({"pareto": {"least": "500ms", "median": "1s"}}, Pareto(0.5, 1.0)),
        ({"empirical": ["900ms", "14s"]}, Empirical((0.9, 14.0))),
        ({"empirical": "samples.txt"}, Empirical((0.25, 3.0))),
    ],
)
def test_distribution_of_a_file_becomes_a_value(written: Any, duration: Any, tmp_path: Path) -> None:
    """Written in place, or as a file of samples beside the world."""
    (tmp_path / "samples.txt").write_text("# measured\n250ms\n\n3s\n", encoding="utf-8")
    rule = {"fault": "delay", "delay": written}

    assert World.from_mapping({"faults": [rule]}, folder=tmp_path).faults[0].fault == Delay(duration)


SELECT = {"share": 0.5, "nth_instance": 2, "after": "10s", "until": "2m"}


def test_selectors_know_shares_numbers_and_windows() -> None:
    """Deliveries are chosen by event, calls of the API by method and path."""
    world = World.from_mapping(
        {
            "faults": [
                {"fault": "drop", "correlation": 0.5, "select": {**SELECT, "event": "call"}},
                {"fault": "api-reset", "select": {**SELECT, "call": "GET /instance/*"}},
            ]
        }
    )

    chosen = {"share": 0.5, "nth_instance": (2,), "after_s": 10.0, "until_s": 120.0}
    assert [rule.select for rule in world.faults] == [
        Selector(event="call", **chosen),  # type: ignore[arg-type]  # each has its own type
        Selector(call="GET /instance/*", **chosen),  # type: ignore[arg-type]
    ]
    assert world.faults[0].correlation == 0.5


@pytest.mark.parametrize(
    ("phone", "told"),
    [
        ({}, " has no name; legal: `name`"),
        ({"name": "p", "scan": "never", "then": [{"does": "ban", "at": "1s"}]}, ".then can never happen to a phone"),
        ({"name": "p", "scan": {"nth_qr": 31}}, ".scan.nth_qr is 31; legal: 1 to 30 (QRCODE_LIMIT"),
        (
            {"name": "p", "scan": {"code": "expired", "nth_qr": 30}},
            ".scan.code is expired, and code 30 is the last one",
        ),
        ({"name": "p"}, " is nobody's phone: 'fine' before it is about every instance; legal: put what is about some"),
        ({"name": "p", "scan": {"after": "-1s"}}, ".scan.after is '-1s'; legal: a time with its unit"),
        ({"name": "p", "scan": {"number": "12"}}, ".scan.number is '12'; legal: 8 to 20 digits"),
        ({"name": "p", "select": {"share": 1.5}}, ".select.share is 1.5; legal: a number from 0 to 1"),
        ({"name": "p", "then": [{"does": "dance", "at": "1s"}]}, ".then[0].does: unknown thing that happens 'dance'"),
        ({"name": "p", "then": [{"does": "flap"}]}, ".then[0] lacks 'at'; legal: a time"),
        ({"name": "p", "then": [{"does": "ban", "at": "1s", "code": 408}]}, ".then[0].code is 408; legal: 401, 402"),
        (
            {"name": "p", "then": [{"does": "flap", "at": "1s", "times": 10**5}]},
            ".then[0].times is 100000; legal: 1 to",
        ),
        (
            {"name": "p", "then": [{"does": "ban", "at": "1s"}, {"does": "flap", "at": "2s"}]},
            ".then[0] ends the session, and something else happens later",
        ),
    ],
)
def test_impossible_phone_is_refused_with_its_path(phone: Any, told: str) -> None:
    """A phone that contradicts itself is told where and how."""
    with pytest.raises(ConfigError) as refusal:
        World.from_mapping({"phones": [{"name": "fine"}, phone]}, path="w")

    assert str(refusal.value).startswith(f"w.phones[1]{told}")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"fault": "drop", "select": {"call": "GET *"}}, ".select: unknown key 'call'"),
        ({"fault": "api-reset", "select": {"event": "call"}}, ".select: unknown key 'event'"),
        ({"fault": "drop", "select": {"after": "2m", "until": "1m"}}, ".select ends (1m) before it begins (2m)"),
        ({"fault": "drop", "correlation": 1.0}, ".correlation is 1.0; legal: a number from 0 to 0.99"),
        ({"fault": "corrupt", "how": "badly"}, ".how is 'badly'; legal: truncated-json, truncated-body, wrong-types"),
        ({"fault": "oversize", "size": 20}, ".size is 20; legal: a size with its unit"),
        ({"fault": "clock-skew"}, " is {}; legal: either `ahead` or `behind`"),
        ({"fault": "api-error", "status": 200}, " is {'status': 200}; legal: a status from 400 to 599"),
        (
            {"fault": "delay", "delay": {"normal": "1s"}},
            ".delay is {'normal': '1s'}; legal: a time with its unit, or on",
        ),
        (
            {"fault": "delay", "delay": {"uniform": ["4s", "1s"]}},
            ".delay.uniform is {'low': '4s', 'high': '1s'}; legal",
        ),
        (
            {"fault": "delay", "delay": {"empirical": "f"}},
            ".delay.empirical is the file 'f'; legal here: a list of tim",
        ),
    ],
)
def test_impossible_rule_is_refused_with_its_path(rule: Any, told: str) -> None:
    """What a fault cannot be given is told where and with what would be legal."""
    with pytest.raises(ConfigError) as refusal:
        World.from_mapping({"faults": [rule]}, path="w")

    assert str(refusal.value).startswith(f"w.faults[0]{told}")


def test_world_comes_back_from_its_own_file() -> None:
    """What is written is read as the very same value, for every fault there is."""
    kinds = {**FAULTS, **API_FAULTS}
    needs: dict[str, dict[str, Any]] = {
        "delay": {"delay": {"pareto": {"least": "1ms", "median": "0.1s"}}},
        "api-latency": {"latency": "1h"},
        "clock-skew": {"ahead": "7m"},
    }
    rules = [{"fault": name, **needs.get(name, {})} for name in kinds]
    world = World.from_mapping({"faults": rules, "phones": [PHONE], "whatsapp": {"qr_first": "never"}})

    assert World.from_mapping(world.to_mapping()) == world
    assert [FaultRule(rule.name, rule.fault) for rule in world.faults] == list(world.faults)


def test_every_named_world_is_whole() -> None:
    """Each is found by its name, read, and described in a sentence; there are enough of them."""
    names = [found.name for found in named_worlds()]

    assert len(names) >= 20
    for found in named_worlds():
        assert load_world(find_world(found.name)).to_mapping()["profile"] == "2.3.6"
        assert found.description.endswith((".", ")"))


def test_unknown_world_lists_the_known_ones() -> None:
    """A name that nobody knows is told with the nearest one."""
    with pytest.raises(ConfigError, match=r"unknown world 'conection-flapping'; did you mean 'connection-flapping'"):
        find_world("conection-flapping")
