"""The numbers of this backend for Prometheus: names, labels and buckets in one place.

Two sources. What this process did (webhooks, requests to Evolution, messages) is counted here and begins at zero with
the process: sum it over all processes. What is true of the whole backend (attempts, times, statuses, inbox, drift) is
read from the database at every scrape, survives restarts and is the same at every process: take the maximum.
No label is ever a channel, an instance, a phone number or anything a stranger can make up.
"""

from enum import StrEnum

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from channel_backend.facts import Facts, Spread

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Fine around ten seconds: that is the promise about the QR code.
WAIT_BUCKETS_S = (0.25, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9.5, 10, 10.5, 11, 12, 15, 20, 30, 45, 60, 90, 120, 300)
ACK_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1, 2.5, 5, 10)
PROVIDER_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5, 5.5, 6, 8, 10, 15, 20, 30)

KNOWN_EVENTS = frozenset(
    {
        *("connection.update", "qrcode.updated", "status.instance", "logout.instance", "remove.instance"),
        *("messages.upsert", "messages.update", "messages.edited", "messages.set", "messages.delete"),
        *("send.message", "send.message.update"),
    }
)
KNOWN_ROUTES = frozenset(
    {
        *("instance/create", "instance/connect", "instance/connectionState", "instance/delete", "instance/logout"),
        *("instance/fetchInstances", "instance/restart", "webhook/set", "webhook/find", "message/sendText"),
    }
)
OTHER = "other"


class WebhookOutcome(StrEnum):
    """What became of one webhook."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    STALE = "stale"
    IGNORED = "ignored"
    UNKNOWN_INSTANCE = "unknown_instance"
    FORGED = "forged"
    MALFORMED = "malformed"
    FAILED = "failed"


class ProviderOutcome(StrEnum):
    """What became of one request to Evolution."""

    OK = "ok"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    GARBLED = "garbled"
    CANCELLED = "cancelled"


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


class Metrics:
    """Counts what this process does, and prints it together with the facts of the database."""

    def __init__(self) -> None:
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._registry = registry
        self._webhooks = Counter(
            "webhook_events", "Webhooks by what became of them", ["event", "outcome"], registry=registry
        )
        self._acks = Histogram(
            "webhook_ack_seconds", "Time from a webhook to its answer", buckets=ACK_BUCKETS_S, registry=registry
        )
        self._retries = Counter("inbox_retries", "Attempts at an event after its first one", registry=registry)
        self._requests = Counter("provider_requests", "Requests to Evolution", ["route", "outcome"], registry=registry)
        self._waits = Histogram(
            *("provider_request_seconds", "Time Evolution took to answer", ["route"]),
            buckets=PROVIDER_BUCKETS_S,
            registry=registry,
        )
        self._logins = Counter("login_refusals", "Logins refused, by reason", ["reason"], registry=registry)

    def webhook_seen(self, event: str, outcome: WebhookOutcome) -> None:
        """One webhook, under its dotted name; names that no server sends share one label."""
        self._webhooks.labels(event if event in KNOWN_EVENTS else OTHER, outcome.value).inc()

    def webhook_acked(self, seconds: float) -> None:
        """How long the sender of a webhook waited for its answer."""
        self._acks.observe(seconds)

    def inbox_retried(self, count: int = 1) -> None:
        """Events of the inbox were tried again."""
        self._retries.inc(count)

    def provider_asked(self, path: str, outcome: ProviderOutcome, seconds: float) -> None:
        """One request to Evolution; the path's first two parts are the route, names after them are left out."""
        route = route_of(path)
        self._requests.labels(route, outcome.value).inc()
        self._waits.labels(route).observe(seconds)

    def login_refused(self, reason: str) -> None:
        """Somebody could not log in: `credentials` or `rate_limit`."""
        self._logins.labels(reason).inc()

    def exposition(self, facts: Facts | None) -> bytes:
        """All as text; without facts (the database is away), what this process knows and that they are missing."""
        return generate_latest(self._registry) + _printed(facts)


def route_of(path: str) -> str:
    """The route of a request to Evolution, one of a fixed set."""
    route = "/".join(path.partition("?")[0].strip("/").split("/")[:2])
    return route if route in KNOWN_ROUTES else OTHER


class _Given:
    """Metric families that are known already, as a collector."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _printed(facts: Facts | None) -> bytes:
    available = GaugeMetricFamily("channel_facts_available", "Whether the database could be read", float(bool(facts)))
    families = [available, *(families_of(facts) if facts else ())]
    registry = CollectorRegistry()
    registry.register(_Given(families))
    return generate_latest(registry)


def families_of(facts: Facts) -> list[Metric]:
    """What the database says, under the names that dashboards know."""
    attempts = CounterMetricFamily(
        "channel_connect_attempts", "Attempts to connect that came to an end", labels=["tenant", "outcome"]
    )
    for (tenant, outcome), count in facts.attempts.items():
        attempts.add_metric([str(tenant), outcome], count)
    statuses = GaugeMetricFamily("channel_status", "Channels by status", labels=["tenant", "status"])
    for (tenant, status), count in facts.statuses.items():
        statuses.add_metric([str(tenant), status], count)
    messages = CounterMetricFamily("messages", "Messages stored", labels=["tenant", "direction"])
    for (tenant, direction), count in facts.messages.items():
        messages.add_metric([str(tenant), direction], count)
    return [
        attempts,
        _by_tenant(GaugeMetricFamily, "channel_connect_attempts_open", "Attempts still on their way", facts.under_way),
        _histogram("channel_time_to_qr_seconds", "From the click to a QR code in the row", facts.time_to_qr),
        _histogram("channel_time_to_connected_seconds", "From the click to CONNECTED", facts.time_to_connected),
        statuses,
        messages,
        _by_tenant(CounterMetricFamily, "usage_drift", "Corrections of a tenant's usage counter", facts.drift),
        GaugeMetricFamily("inbox_size", "Events stored and not yet applied", facts.inbox.size),
        GaugeMetricFamily("inbox_oldest_seconds", "Age of the oldest of them", facts.inbox.oldest_s),
        CounterMetricFamily("messages_lost", "Message events given up for good", facts.inbox.messages_lost),
    ]


def _by_tenant(
    kind: type[CounterMetricFamily | GaugeMetricFamily], name: str, means: str, counts: dict[int, int]
) -> Metric:
    family = kind(name, means, labels=["tenant"])
    for tenant, count in counts.items():
        family.add_metric([str(tenant)], count)
    return family


def _histogram(name: str, means: str, spreads: dict[int, Spread]) -> Metric:
    family = HistogramMetricFamily(name, means, labels=["tenant"])
    for tenant, spread in spreads.items():
        bounds = [*(str(float(bound)) for bound in WAIT_BUCKETS_S), "+Inf"]
        family.add_metric([str(tenant)], list(zip(bounds, spread.cumulative(), strict=True)), spread.sum_s)
    return family
