"""Tests of the versions of the server as values."""

import ast
from dataclasses import fields

from fake_evolution.delivery.retry import RetryPolicy
from fake_evolution.profiles import PROFILES, Profile
from fake_evolution.server_settings import from_environment, without_effect
from fake_evolution.tests.house_rules import sources


def test_only_the_recorded_version_says_so() -> None:
    """2.3.6 is the default and the only one that recordings stand behind."""
    assert {version: found.recorded for version, found in PROFILES.items()} == {
        "2.2.3": False,
        "2.3.6": True,
        "2.3.7": False,
    }


def test_old_version_has_a_retry_rule_of_its_own() -> None:
    """2.2.3 knows none of the WEBHOOK_* variables: ten attempts, 30 s apart, whatever the receiver answers."""
    given = {"WEBHOOK_RETRY_MAX_ATTEMPTS": "2", "WEBHOOK_REQUEST_TIMEOUT_MS": "1500", "QRCODE_LIMIT": "3"}

    old = from_environment(given, profile=PROFILES["2.2.3"])

    assert old.retry == RetryPolicy(float("inf"), 10, 30.0, exponential=False, jitter=0.0, final_statuses=frozenset())
    assert old.qrcode_limit == 3
    assert from_environment(given).retry.attempts_max == 2


def test_variables_of_later_versions_are_without_effect() -> None:
    """What a version does not know yet is told at its start."""
    given = {"WEBHOOK_RETRY_MAX_ATTEMPTS": "2", "METRICS_USER": "ana", "QRCODE_LIMIT": "3"}

    assert without_effect(given, PROFILES["2.2.3"]) == ("METRICS_USER", "WEBHOOK_RETRY_MAX_ATTEMPTS")
    assert without_effect(given, PROFILES["2.3.7"]) == ()


def test_old_version_knows_fewer_events() -> None:
    """27 names of 31; the order of the others stays."""
    names = {version: found.event_names for version, found in PROFILES.items()}

    missing = [name for name in names["2.3.6"] if name not in names["2.2.3"]]
    assert missing == ["SEND_MESSAGE_UPDATE", "INSTANCE_CREATE", "INSTANCE_DELETE", "STATUS_INSTANCE"]
    assert [name for name in names["2.3.6"] if name not in missing] == list(names["2.2.3"])


def test_every_switch_is_read_somewhere() -> None:
    """A switch that nobody asks for would promise a difference that is not there."""
    read = {
        node.attr
        for source in sources()
        if source.path.startswith("fake_evolution/") and not source.is_test
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
    }

    assert {found.name for found in fields(Profile)} - read == set()


def test_no_code_asks_for_a_version() -> None:
    """Differences are switches: no version number stands in the code outside of the profiles and of routes' data."""
    found = {
        source.path
        for source in sources()
        if source.path.startswith("fake_evolution/") and not source.is_test
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Compare)
        if any(isinstance(part, ast.Constant) and part.value in PROFILES for part in ast.walk(node))
    }

    assert found == set()
