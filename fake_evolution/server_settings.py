"""Settings of the imitated server, under their real names.

`from_environment` reads the variables that change behaviour here; `without_effect` lists the rest, so that nobody
believes that they do something. As in the real server an empty or zero retry number falls back to its default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import isfinite
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fake_evolution.delivery.retry import RetryPolicy
from fake_evolution.domain.events import CONFIGURATION_NAMES
from fake_evolution.errors import ConfigError, unknown_name

# These have no global switch in the real server: they never go out globally.
_NEVER_GLOBAL = frozenset({"STATUS_INSTANCE", "LOGOUT_INSTANCE", "REMOVE_INSTANCE", "GROUPS_UPDATE"})

SAVED = ("INSTANCE", "NEW_MESSAGE", "MESSAGE_UPDATE", "CONTACTS", "CHATS", "LABELS", "HISTORIC")
"""What the database keeps where `DATABASE_SAVE_DATA_<name>` is on."""

_CODE_DEFAULTS = {"AUTHENTICATION_API_KEY": "BQYHJGJHJ", "TZ": "UTC"}
_OFFICIAL_IMAGE = {
    **_CODE_DEFAULTS,
    "AUTHENTICATION_EXPOSE_IN_FETCH_INSTANCES": "true",
    "DATABASE_CONNECTION_CLIENT_NAME": "evolution_exchange",
    "SERVER_URL": "http://localhost:8080",
    "TZ": "America/Sao_Paulo",
    "WEBHOOK_REQUEST_TIMEOUT_MS": "60000",
    "CACHE_REDIS_ENABLED": "true",
    **{f"DATABASE_SAVE_DATA_{name}": "true" for name in SAVED},
}
NAMED_SETS: Mapping[str, Mapping[str, str]] = {
    "code-defaults": _CODE_DEFAULTS,
    "official-image": _OFFICIAL_IMAGE,
}


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
    user_agent: str = "axios/1.12.2"
    saves: frozenset[str] = frozenset(SAVED)
    cache: bool = True  # without a cache engine nothing is recognised as seen before

    def sends_globally(self, name: str) -> bool:
        """Whether the global webhook gets the event of this configuration name."""
        wanted = self.webhook_global_enabled and name in self.webhook_global_events - _NEVER_GLOBAL
        return wanted and self.webhook_global_url.startswith(("http://", "https://"))

    def local_time(self, moment: datetime) -> str:
        """The envelope's `date_time`: local wall-clock time that wrongly ends in Z (Q2)."""
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def iso_utc(moment: datetime) -> str:
    """A moment as JavaScript prints it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def from_environment(variables: Mapping[str, str], *, named_set: str = "official-image") -> ServerSettings:
    """The settings that these variables give, on top of a named set; ConfigError names variable and legal values."""
    if named_set not in NAMED_SETS:
        raise ConfigError(unknown_name("set of server settings", named_set, NAMED_SETS))
    values = {**NAMED_SETS[named_set], **variables}
    settings = ServerSettings(
        api_key=values["AUTHENTICATION_API_KEY"] or _CODE_DEFAULTS["AUTHENTICATION_API_KEY"],
        server_url=values.get("SERVER_URL", ""),
        client_name=values.get("DATABASE_CONNECTION_CLIENT_NAME", ""),
        expose_token=_flag(values, "AUTHENTICATION_EXPOSE_IN_FETCH_INSTANCES"),
        qrcode_limit=int(_number(values, "QRCODE_LIMIT", 30)),
        qrcode_color=_color(values.get("QRCODE_COLOR") or "#198754"),
        zone=_zone(values["TZ"]),
        retry=_retry(values),
        webhook_global_enabled=_flag(values, "WEBHOOK_GLOBAL_ENABLED"),
        webhook_global_url=values.get("WEBHOOK_GLOBAL_URL", ""),
        webhook_global_by_events=_flag(values, "WEBHOOK_GLOBAL_WEBHOOK_BY_EVENTS"),
        wa_business_token=values.get("WA_BUSINESS_TOKEN_WEBHOOK") or "evolution",
    )
    switched = (name for name in CONFIGURATION_NAMES if _flag(values, f"WEBHOOK_EVENTS_{name}"))
    return replace(
        settings,
        webhook_global_events=frozenset(switched),
        saves=frozenset(name for name in SAVED if _flag(values, f"DATABASE_SAVE_DATA_{name}")),
        cache=_flag(values, "CACHE_LOCAL_ENABLED") or _flag(values, "CACHE_REDIS_ENABLED"),
    )


def without_effect(variables: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that this fake does not look at, sorted."""
    return tuple(sorted(name for name in variables if name not in KNOWN_VARIABLES))


KNOWN_VARIABLES = frozenset(
    {
        "AUTHENTICATION_API_KEY",
        "AUTHENTICATION_EXPOSE_IN_FETCH_INSTANCES",
        "DATABASE_CONNECTION_CLIENT_NAME",
        "QRCODE_COLOR",
        "QRCODE_LIMIT",
        "SERVER_URL",
        "TZ",
        "WA_BUSINESS_TOKEN_WEBHOOK",
        "WEBHOOK_GLOBAL_ENABLED",
        "WEBHOOK_GLOBAL_URL",
        "WEBHOOK_GLOBAL_WEBHOOK_BY_EVENTS",
        "WEBHOOK_REQUEST_TIMEOUT_MS",
        "WEBHOOK_RETRY_INITIAL_DELAY_SECONDS",
        "WEBHOOK_RETRY_JITTER_FACTOR",
        "WEBHOOK_RETRY_MAX_ATTEMPTS",
        "WEBHOOK_RETRY_MAX_DELAY_SECONDS",
        "WEBHOOK_RETRY_NON_RETRYABLE_STATUS_CODES",
        "WEBHOOK_RETRY_USE_EXPONENTIAL_BACKOFF",
        "CACHE_LOCAL_ENABLED",
        "CACHE_REDIS_ENABLED",
        *(f"DATABASE_SAVE_DATA_{name}" for name in SAVED),
        *(f"WEBHOOK_EVENTS_{name}" for name in CONFIGURATION_NAMES),
    }
)


def _retry(values: Mapping[str, str]) -> RetryPolicy:
    listed = values.get("WEBHOOK_RETRY_NON_RETRYABLE_STATUS_CODES") or "400,401,403,404,422"
    try:
        final = frozenset(int(part) for part in listed.split(","))
    except ValueError as error:
        raise ConfigError(
            f"WEBHOOK_RETRY_NON_RETRYABLE_STATUS_CODES is '{listed}'; legal: statuses joined by commas, as 400,404"
        ) from error
    return RetryPolicy(
        timeout_s=_number(values, "WEBHOOK_REQUEST_TIMEOUT_MS", 30_000) / 1000,
        attempts_max=int(_number(values, "WEBHOOK_RETRY_MAX_ATTEMPTS", 10)),
        initial_s=_number(values, "WEBHOOK_RETRY_INITIAL_DELAY_SECONDS", 5),
        exponential=values.get("WEBHOOK_RETRY_USE_EXPONENTIAL_BACKOFF", "true") != "false",
        cap_s=_number(values, "WEBHOOK_RETRY_MAX_DELAY_SECONDS", 300),
        jitter=_number(values, "WEBHOOK_RETRY_JITTER_FACTOR", 0.2),
        final_statuses=final,
    )


def _flag(values: Mapping[str, str], name: str) -> bool:
    return values.get(name, "") == "true"


def _number(values: Mapping[str, str], name: str, default: float) -> float:
    text = values.get(name, "")
    try:
        number = float(text or 0)
    except ValueError as error:
        raise ConfigError(f"{name} is '{text}'; legal: a number, default {default:g}") from error
    if not (isfinite(number) and number >= 0):
        raise ConfigError(f"{name} is '{text}'; legal: a number that is not negative, default {default:g}")
    return number or default


def _color(text: str) -> str:
    digits = text.removeprefix("#")
    if len(digits) != 6 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):  # noqa: PLR2004
        raise ConfigError(f"QRCODE_COLOR is '{text}'; legal: # and six hexadecimal digits, as #198754")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"TZ is '{name}'; legal: the name of a time zone, as America/Sao_Paulo") from error
    return name
