"""The dashboard and the alerts ask for numbers that exist, by labels that they have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from channel_backend.facts import Facts, InboxFacts, Spread
from channel_backend.metrics import WAIT_BUCKETS_S, Metrics, ProviderOutcome, WebhookOutcome

FOLDER = Path(__file__).parents[1] / "observability"
WAITED = Spread((1,) + (0,) * len(WAIT_BUCKETS_S), 0.1)
FULL = Facts(
    attempts={(1, "connected"): 1},
    under_way={1: 0},
    time_to_qr={1: WAITED},
    time_to_connected={1: WAITED},
    statuses={(1, "CONNECTED"): 1},
    messages={(1, "in"): 1},
    drift={1: 1},
    inbox=InboxFacts(1, 2.0, 3),
)
# Names that a query may hold beside metrics and labels.
WORDS = {"and", "or", "unless", "by", "le", "inf", "on", "ignoring"}
OF_PROMETHEUS = {"up": {"job", "instance"}}
PROMISED = {
    *(
        "channel_connect_attempts_total",
        "channel_time_to_qr_seconds_bucket",
        "channel_time_to_connected_seconds_bucket",
    ),
    *("channel_status", "webhook_events_total", "webhook_ack_seconds_bucket", "inbox_size", "inbox_oldest_seconds"),
    *("inbox_retries_total", "messages_total", "messages_lost_total", "usage_drift_total"),
    *("provider_requests_total", "provider_request_seconds_bucket"),
}


def printed() -> dict[str, set[str]]:
    """Every sample that this backend prints, with its labels."""
    metrics = Metrics()
    metrics.webhook_seen("messages.upsert", WebhookOutcome.APPLIED)
    metrics.webhook_acked(0.01)
    metrics.provider_asked("instance/create", ProviderOutcome.OK, 5.0)
    metrics.login_refused("credentials")
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.exposition(FULL).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def alerts() -> list[dict[str, Any]]:
    """Every alert rule."""
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries() -> Iterator[str]:
    """Every query of the alerts and of the dashboard."""
    yield from (rule["expr"] for rule in alerts())
    dashboard = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel["targets"])


def asked(query: str) -> tuple[set[str], set[str]]:
    """The metrics and the labels that a query names."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]', "", query)
    labels = set(re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=(?!=))", plain))
    for names in re.findall(r"\bby\s*\(([^)]*)\)", plain):
        labels |= {name.strip() for name in names.split(",")}
    bare = re.sub(r"\{[^}]*\}|\bby\s*\([^)]*\)", "", plain)
    functions = set(re.findall(r"([a-z_]+)\s*\(", bare))
    return set(re.findall(r"\b[a-z_]{2,}\b", bare)) - functions - WORDS, labels


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_a_query_asks_for_what_is_printed(query: str) -> None:
    """A renamed metric or label breaks here, not on the screen of whoever is on call."""
    known = printed() | OF_PROMETHEUS

    metrics, labels = asked(query)

    assert metrics
    assert metrics <= set(known)
    assert all(labels <= known[metric] | {"job", "instance"} for metric in metrics)


def test_the_promised_names_are_printed_and_looked_at() -> None:
    """Whoever scripts against these names can rely on them, and none is printed in vain."""
    looked_at = set().union(*(asked(query)[0] for query in queries()))

    assert set(printed()) >= PROMISED
    assert looked_at >= PROMISED


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    """Two lines for a person at night."""
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert set(rule["annotations"]) == {"summary", "action"}


def test_the_waits_that_were_promised_have_an_alert() -> None:
    """Success below 95 %, a QR code later than 10 s, an old inbox, failing webhooks, drift."""
    by_name = {rule["alert"]: rule["expr"] for rule in alerts()}

    assert "< 0.95" in by_name["ConnectSuccessLow"]
    assert "> 10" in by_name["QrTooSlow"]
    assert {"InboxOld", "WebhookErrors", "UsageDrift"} <= set(by_name)
    assert {9.5, 10, 10.5} <= set(WAIT_BUCKETS_S)


def test_prometheus_is_told_of_the_alerts() -> None:
    """The file that compose mounts names the rules and the path."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))

    assert config["rule_files"] == ["alerts.yml"]
    assert [job["metrics_path"] for job in config["scrape_configs"]] == ["/metrics"]
