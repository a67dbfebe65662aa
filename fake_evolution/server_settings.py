"""Settings of the imitated server, as far as they change what it does here.

`from_environment` makes them from variables under their real names; `without_effect` lists the variables that do
nothing here, so that nobody believes in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from fake_evolution import server_variables as read
from fake_evolution.delivery.retry import RetryPolicy
from fake_evolution.domain.addresses import has_http_prefix, passes_validator
from fake_evolution.domain.events import CONFIGURATION_NAMES
from fake_evolution.errors import ConfigError, unknown_name
from fake_evolution.profiles import DEFAULT_PROFILE, PROFILES, Profile
from fake_evolution.server_variables import KNOWN_VARIABLES, NAMED_SETS, SAVED

# These have no global switch in the real server: they never go out globally.
_TO_MILLISECONDS = len("2026-01-01T00:00:00.000")
_NEVER_GLOBAL = frozenset({"STATUS_INSTANCE", "LOGOUT_INSTANCE", "REMOVE_INSTANCE", "GROUPS_UPDATE"})
DAY_S = 86_400.0
_MOMENTS_KEPT_MAX = 256
_LOOPBACK = "127.0.0.1,::1,::ffff:127.0.0.1"


@dataclass(frozen=True, slots=True)
class SocketSettings:
    """socket.io: whether there is any, whether the root namespace gets everything, and who needs no key."""

    enabled: bool = False
    global_events: bool = False
    allowed_hosts: tuple[str, ...] = tuple(_LOOPBACK.split(","))


@dataclass(frozen=True, slots=True)
class CorsSettings:
    """Which pages of other origins may call the API."""

    origins: tuple[str, ...] = ("*",)
    methods: tuple[str, ...] = ("POST", "GET", "PUT", "DELETE")
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """GET /metrics: whether it exists, and who may read it."""

    enabled: bool = False
    auth_required: bool = False
    user: str = ""
    password: str = ""
    allowed_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the imitated server was started with, as far as it changes what it does."""

    api_key: str = "BQYHJGJHJ"
    server_url: str = ""
    client_name: str = ""
    expose_token: bool = False
    qrcode_limit: int = 30
    qrcode_color: str = "#198754"
    zone: str = "UTC"
    retry: RetryPolicy = RetryPolicy()
    webhook_global_enabled: bool = False
    webhook_global_url: str = ""
    webhook_global_by_events: bool = False
    webhook_global_events: frozenset[str] = field(default_factory=frozenset)
    wa_business_token: str = "evolution"  # noqa: S105  the public default of the real server
    saves: frozenset[str] = frozenset(SAVED)
    numbers_believed_s: float = 7 * DAY_S  # how long a number counts as known to WhatsApp
    deletes_logically: bool = False
    cache: bool = True  # without a cache engine nothing is recognised as seen before
    cache_outlives_process: bool = False
    socket: SocketSettings = SocketSettings()
    cors: CorsSettings = CorsSettings()
    metrics: MetricsSettings = MetricsSettings()
    errors_url: str | None = None  # where every API error is posted to
    removes_unopened_after_s: float | None = None
    shows_manager: bool = True
    profile: Profile = PROFILES[DEFAULT_PROFILE]

    def sends_globally(self, name: str) -> bool:
        """Whether the global webhook gets the event of this configuration name."""
        wanted = self.webhook_global_enabled and name in self.webhook_global_events - _NEVER_GLOBAL
        return wanted and self._may_be_called(self.webhook_global_url)

    def _may_be_called(self, url: str) -> bool:
        if self.profile.checks_webhook_urls:
            return passes_validator(url, needs_top_level_domain=True)
        return has_http_prefix(url)

    def local_time(self, moment: datetime) -> str:
        """The envelope's `date_time`: local wall-clock time that wrongly ends in Z (Q2)."""
        return _local_time(self.zone, moment)


@lru_cache(maxsize=_MOMENTS_KEPT_MAX)
def _local_time(zone: str, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")[:_TO_MILLISECONDS] + "Z"


@lru_cache(maxsize=_MOMENTS_KEPT_MAX)
def iso_utc(moment: datetime) -> str:
    """A moment as JavaScript prints it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:_TO_MILLISECONDS] + "Z"


def from_environment(
    variables: Mapping[str, str],
    *,
    named_set: str = "official-image",
    profile: Profile = PROFILES[DEFAULT_PROFILE],
) -> ServerSettings:
    """The settings that these variables give, on top of a named set; ConfigError names variable and legal values.

    Variables that this version of the server does not know yet are not looked at.
    """
    if named_set not in NAMED_SETS:
        raise ConfigError(unknown_name("set of server settings", named_set, NAMED_SETS))
    given = {**NAMED_SETS[named_set], **variables}
    values = {name: value for name, value in given.items() if not profile.ignores(name)}
    switched = (name for name in CONFIGURATION_NAMES if read.flag(values, f"WEBHOOK_EVENTS_{name}"))
    return ServerSettings(
        api_key=values["AUTHENTICATION_API_KEY"] or read.CODE_DEFAULTS["AUTHENTICATION_API_KEY"],
        server_url=values.get("SERVER_URL", ""),
        client_name=values.get("DATABASE_CONNECTION_CLIENT_NAME", ""),
        expose_token=read.flag(values, "AUTHENTICATION_EXPOSE_IN_FETCH_INSTANCES"),
        qrcode_limit=int(read.number(values, "QRCODE_LIMIT", 30)),
        qrcode_color=read.color(values, "QRCODE_COLOR", "#198754"),
        zone=read.zone(values, "TZ"),
        retry=profile.fixed_retry or _retry(values),
        webhook_global_enabled=read.flag(values, "WEBHOOK_GLOBAL_ENABLED"),
        webhook_global_url=values.get("WEBHOOK_GLOBAL_URL", ""),
        webhook_global_by_events=read.flag(values, "WEBHOOK_GLOBAL_WEBHOOK_BY_EVENTS"),
        webhook_global_events=frozenset(switched),
        wa_business_token=values.get("WA_BUSINESS_TOKEN_WEBHOOK") or "evolution",
        saves=frozenset(name for name, variable in SAVED.items() if read.flag(values, variable)),
        numbers_believed_s=read.number(values, "DATABASE_SAVE_IS_ON_WHATSAPP_DAYS", 7) * DAY_S,
        deletes_logically=read.flag(values, "DATABASE_DELETE_MESSAGE"),
        cache=read.flag(values, "CACHE_REDIS_ENABLED") or read.flag(values, "CACHE_LOCAL_ENABLED"),
        cache_outlives_process=read.flag(values, "CACHE_REDIS_ENABLED"),
        socket=_socket(values),
        cors=_cors(values),
        metrics=_metrics(values),
        errors_url=_errors_url(values),
        removes_unopened_after_s=read.minutes(values, "DEL_INSTANCE"),
        shows_manager=not read.flag(values, "SERVER_DISABLE_MANAGER"),
        profile=profile,
    )


def without_effect(variables: Mapping[str, str], profile: Profile = PROFILES[DEFAULT_PROFILE]) -> tuple[str, ...]:
    """The variables that do nothing here, sorted: not looked at, or not yet known to this version of the server."""
    return tuple(sorted(name for name in variables if name not in KNOWN_VARIABLES or profile.ignores(name)))


def _retry(values: Mapping[str, str]) -> RetryPolicy:
    return RetryPolicy(
        timeout_s=read.number(values, "WEBHOOK_REQUEST_TIMEOUT_MS", 30_000) / 1000,
        attempts_max=int(read.number(values, "WEBHOOK_RETRY_MAX_ATTEMPTS", 10)),
        initial_s=read.number(values, "WEBHOOK_RETRY_INITIAL_DELAY_SECONDS", 5),
        exponential=values.get("WEBHOOK_RETRY_USE_EXPONENTIAL_BACKOFF", "true") != "false",
        cap_s=read.number(values, "WEBHOOK_RETRY_MAX_DELAY_SECONDS", 300),
        jitter=read.number(values, "WEBHOOK_RETRY_JITTER_FACTOR", 0.2),
        final_statuses=read.statuses(values, "WEBHOOK_RETRY_NON_RETRYABLE_STATUS_CODES", "400,401,403,404,422"),
    )


def _socket(values: Mapping[str, str]) -> SocketSettings:
    return SocketSettings(
        enabled=read.flag(values, "WEBSOCKET_ENABLED"),
        global_events=read.flag(values, "WEBSOCKET_GLOBAL_EVENTS"),
        allowed_hosts=read.listed(values, "WEBSOCKET_ALLOWED_HOSTS", _LOOPBACK),
    )


def _cors(values: Mapping[str, str]) -> CorsSettings:
    return CorsSettings(
        origins=read.listed(values, "CORS_ORIGIN", "*"),
        methods=read.listed(values, "CORS_METHODS", "POST,GET,PUT,DELETE"),
        credentials=read.flag(values, "CORS_CREDENTIALS"),
    )


def _metrics(values: Mapping[str, str]) -> MetricsSettings:
    return MetricsSettings(
        enabled=read.flag(values, "PROMETHEUS_METRICS"),
        auth_required=read.flag(values, "METRICS_AUTH_REQUIRED"),
        user=values.get("METRICS_USER", ""),
        password=values.get("METRICS_PASSWORD", ""),
        allowed_addresses=read.listed(values, "METRICS_ALLOWED_IPS", ""),
    )


def _errors_url(values: Mapping[str, str]) -> str | None:
    url = values.get("WEBHOOK_EVENTS_ERRORS_WEBHOOK", "")
    return url if url and read.flag(values, "WEBHOOK_EVENTS_ERRORS") else None
