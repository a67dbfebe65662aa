"""The real server's environment variables: the named sets of them, and how their texts are read.

`official-image` is what the published image carries in its `.env` and in its process; `code-defaults` is the program
without any environment. As in the real server an empty or zero number falls back to its default.
"""

from collections.abc import Mapping
from math import isfinite
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fake_evolution.domain.events import CONFIGURATION_NAMES
from fake_evolution.errors import ConfigError

Variables = Mapping[str, str]

# Known to the variables, although no event is delivered under this name (Q4).
_MISSPELT_EVENT = "GROUPS_UPDATE"
_SILENT_IN_THE_IMAGE = frozenset(
    {
        *("APPLICATION_STARTUP", "INSTANCE_CREATE", "INSTANCE_DELETE", "STATUS_INSTANCE"),
        *("LOGOUT_INSTANCE", "REMOVE_INSTANCE", "TYPEBOT_START", "TYPEBOT_CHANGE_STATUS"),
    }
)
SAVED: Mapping[str, str] = {
    **{f: f"DATABASE_SAVE_DATA_{f}" for f in ("INSTANCE", "NEW_MESSAGE", "CONTACTS", "CHATS", "LABELS", "HISTORIC")},
    **{f: f"DATABASE_SAVE_{f}" for f in ("MESSAGE_UPDATE", "IS_ON_WHATSAPP")},
}
"""What the database keeps, and the variable that switches it on."""

CODE_DEFAULTS: Variables = {"AUTHENTICATION_API_KEY": "BQYHJGJHJ", "TZ": "UTC"}
OFFICIAL_IMAGE: Variables = {
    "AUTHENTICATION_API_KEY": "429683C4C977415CAAFCCE10F7D57E11",
    "AUTHENTICATION_EXPOSE_IN_FETCH_INSTANCES": "true",
    "CACHE_LOCAL_ENABLED": "false",
    "CACHE_REDIS_ENABLED": "true",
    "CACHE_REDIS_SAVE_INSTANCES": "false",
    "CORS_CREDENTIALS": "true",
    "CORS_METHODS": "GET,POST,PUT,DELETE",
    "CORS_ORIGIN": "*",
    "DATABASE_CONNECTION_CLIENT_NAME": "evolution_exchange",
    "DATABASE_DELETE_MESSAGE": "true",
    **dict.fromkeys(SAVED.values(), "true"),
    "DATABASE_SAVE_IS_ON_WHATSAPP_DAYS": "7",
    "DEL_INSTANCE": "false",
    "QRCODE_COLOR": "#175197",
    "QRCODE_LIMIT": "30",
    "SERVER_URL": "http://localhost:8080",
    "TZ": "America/Sao_Paulo",
    "WA_BUSINESS_TOKEN_WEBHOOK": "evolution",
    "WEBHOOK_EVENTS_ERRORS": "false",
    "WEBHOOK_GLOBAL_ENABLED": "false",
    "WEBHOOK_GLOBAL_WEBHOOK_BY_EVENTS": "false",
    "WEBHOOK_REQUEST_TIMEOUT_MS": "60000",
    "WEBSOCKET_ENABLED": "false",
    "WEBSOCKET_GLOBAL_EVENTS": "false",
    **{f"WEBHOOK_EVENTS_{name}": "true" for name in CONFIGURATION_NAMES if name not in _SILENT_IN_THE_IMAGE},
}
NAMED_SETS: Mapping[str, Variables] = {"code-defaults": CODE_DEFAULTS, "official-image": OFFICIAL_IMAGE}

_IN_THE_IMAGE_WITHOUT_EFFECT = frozenset({"CACHE_REDIS_SAVE_INSTANCES"})  # where sessions are stored, nobody can see

KNOWN_VARIABLES = frozenset(
    {
        *(OFFICIAL_IMAGE.keys() - _IN_THE_IMAGE_WITHOUT_EFFECT),
        *(f"WEBHOOK_EVENTS_{name}" for name in (*CONFIGURATION_NAMES, _MISSPELT_EVENT)),
        *(f"METRICS_{name}" for name in ("ALLOWED_IPS", "AUTH_REQUIRED", "PASSWORD", "USER")),
        *(f"WEBHOOK_RETRY_{name}" for name in ("INITIAL_DELAY_SECONDS", "JITTER_FACTOR", "MAX_ATTEMPTS")),
        *(f"WEBHOOK_RETRY_{name}" for name in ("MAX_DELAY_SECONDS", "NON_RETRYABLE_STATUS_CODES")),
        "PROMETHEUS_METRICS",
        "SERVER_DISABLE_MANAGER",
        "SERVER_PORT",
        "WEBHOOK_EVENTS_ERRORS_WEBHOOK",
        "WEBHOOK_GLOBAL_URL",
        "WEBHOOK_RETRY_USE_EXPONENTIAL_BACKOFF",
        "WEBSOCKET_ALLOWED_HOSTS",
    }
)


def flag(values: Variables, name: str) -> bool:
    """A switch: only the text `true` is on."""
    return values.get(name, "") == "true"


def number(values: Variables, name: str, default: float) -> float:
    """A number that is not negative; none, empty and zero give the default."""
    text = values.get(name, "")
    try:
        found = float(text or 0)
    except ValueError as error:
        raise ConfigError(f"{name} is '{text}'; legal: a number, default {default:g}") from error
    if not (isfinite(found) and found >= 0):
        raise ConfigError(f"{name} is '{text}'; legal: a number that is not negative, default {default:g}")
    return found or default


def listed(values: Variables, name: str, default: str) -> tuple[str, ...]:
    """Texts joined by commas; none and empty give the default."""
    return tuple(part.strip() for part in (values.get(name) or default).split(",") if part.strip())


def statuses(values: Variables, name: str, default: str) -> frozenset[int]:
    """HTTP statuses joined by commas."""
    try:
        return frozenset(int(part) for part in listed(values, name, default))
    except ValueError as error:
        raise ConfigError(f"{name} is '{values.get(name)}'; legal: statuses joined by commas, as 400,404") from error


def color(values: Variables, name: str, default: str) -> str:
    """A color of a web page."""
    text = values.get(name) or default
    digits = text.removeprefix("#")
    if len(digits) != 6 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):  # noqa: PLR2004
        raise ConfigError(f"{name} is '{text}'; legal: # and six hexadecimal digits, as #198754")
    return text


def zone(values: Variables, name: str) -> str:
    """A time zone that this machine knows."""
    text = values[name]
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"{name} is '{text}'; legal: the name of a time zone, as America/Sao_Paulo") from error
    return text


def minutes(values: Variables, name: str) -> float | None:
    """A time limit in minutes, in seconds; `false`, none, empty and zero mean that there is none."""
    if values.get(name, "") in ("", "false"):
        return None
    return number(values, name, 0) * 60 or None
