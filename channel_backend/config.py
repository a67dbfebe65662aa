"""The settings: one frozen value, read once from `CHANNEL_BACKEND_*`, wrong or unknown names refused."""

import dataclasses
import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from channel_backend.errors import ConfigError
from channel_backend.login_limits import LoginPolicy
from channel_backend.patience import Patience

PREFIX = "CHANNEL_BACKEND_"
# Read by `create-admin` alone; legal in the environment of the other commands too.
ADMIN_PASSWORD = f"{PREFIX}ADMIN_PASSWORD"
# Known bugs put back on purpose: which ones, and that this is meant. Read by `serve` alone.
WITH_DEFECTS, DEFECTS_ALLOWED = f"{PREFIX}DEFECTS", f"{PREFIX}ALLOW_DEFECTS"
SECRET_CHARACTERS_MIN = 32
PORT_MAX = 65_535
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("expected a text that is not empty")
    return value.strip()


def _secret(value: str) -> str:
    if len(value) < SECRET_CHARACTERS_MIN:
        msg = f"expected at least {SECRET_CHARACTERS_MIN} characters, found {len(value)}"
        raise ValueError(msg)
    return value


def _url(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not (parts.netloc or parts.scheme == "unix"):
            expected = " or ".join(f"{scheme}://…" for scheme in schemes)
            # The value may hold a password: say its scheme, not the value.
            msg = f"expected a URL {expected}, found one with scheme {parts.scheme or 'none'!r}"
            raise ValueError(msg)
        return value.rstrip("/")

    return read


def _origins(value: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in value.split(",") if part.strip())
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}" or not parts.netloc:
            msg = f"expected origins like https://app.example.com, with commas between them, found {origin!r}"
            raise ValueError(msg)
    return found


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.strip().isascii() or not value.strip().isdigit() or not low <= int(value) <= high:
            msg = f"expected a whole number from {low} to {high}, found {value!r}"
            raise ValueError(msg)
        return int(value)

    return read


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        msg = f"expected a number of seconds above 0, found {value!r}"
        raise ValueError(msg)
    return seconds


def _level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        msg = f"expected one of {', '.join(LOG_LEVELS)}, found {value!r}"
        raise ValueError(msg)
    return value.upper()


def _setting(read: Callable[[str], Any], means: str, **options: Any) -> Any:
    return field(metadata={"read": read, "means": means}, **options)


_POSTGRES = _url("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything `serve` needs. Each field is `CHANNEL_BACKEND_<NAME IN CAPITALS>`."""

    database_url: str = _setting(_POSTGRES, "PostgreSQL, `postgresql://user:password@host:port/name`", repr=False)
    redis_url: str = _setting(_url("redis", "rediss", "unix"), "Redis or Valkey", repr=False)
    jwt_secret: str = _setting(_secret, "signs access and refresh tokens; 32 characters or more", repr=False)
    evolution_url: str = _setting(_url("http", "https"), "where Evolution API is")
    evolution_api_key: str = _setting(_text, "Evolution's global API key", repr=False)
    host: str = _setting(_text, "address to listen on", default="127.0.0.1")
    port: int = _setting(_whole(0, PORT_MAX), "port to listen on; 0 takes a free one", default=3100)
    public_url: str | None = _setting(
        _url("http", "https"),
        "base URL at which Evolution reaches this backend; the own URL when listening on loopback",
        default=None,
    )
    ready_file: Path | None = _setting(Path, "receives `{url, pid}` once requests are served", default=None)
    log_level: str = _setting(_level, "DEBUG, INFO, WARNING or ERROR", default="INFO")
    database_pool_size: int = _setting(
        _whole(1, 500), "most database connections in the pool; four more have work of their own", default=16
    )
    evolution_timeout_s: float = _setting(_seconds, "longest wait for Evolution to do something", default=20.0)
    evolution_ask_timeout_s: float = _setting(_seconds, "longest wait for a plain question to Evolution", default=5.0)
    qr_wait_s: float = _setting(_seconds, "longest wait of `PUT` for a QR code", default=20.0)
    start_timeout_s: float = _setting(_seconds, "longest time in CONNECTING before it becomes ERROR", default=60.0)
    check_s: float = _setting(_seconds, "silence in CONNECTING after which Evolution is asked", default=5.0)
    qr_check_s: float = _setting(_seconds, "silence in QRCODE after which Evolution is asked", default=20.0)
    qr_silence_s: float = _setting(
        _seconds, "silence in QRCODE, Evolution unreachable, after which it is ERROR", default=120.0
    )
    recheck_s: float = _setting(
        _seconds,
        "how often Evolution is asked about a channel that is CONNECTED; a lost logout is found by then",
        default=60.0,
    )
    reconcile_interval_s: float = _setting(
        _seconds, "how often usage counters are compared with the rows", default=60.0
    )
    sweep_interval_s: float = _setting(_seconds, "how often silent channels are looked for", default=1.0)
    dedupe_window_s: int = _setting(_whole(1, 604_800), "how long Redis remembers an applied webhook", default=3600)
    webhook_bytes_max: int = _setting(
        _whole(1024, 100_000_000), "largest webhook body; larger ones get 413", default=1_000_000
    )
    access_token_s: float = _setting(_seconds, "life of an access token", default=3600.0)
    refresh_token_s: float = _setting(_seconds, "life of a refresh token", default=604_800.0)
    login_tries_max: int = _setting(_whole(1, 1_000_000), "most tries to log in to one account in a window", default=10)
    login_address_failures_max: int = _setting(
        _whole(1, 1_000_000), "most failed logins from one address in a window", default=100
    )
    login_window_s: int = _setting(_whole(1, 86_400), "the window in which logins are counted", default=300)
    proxies: int = _setting(
        _whole(0, 10), "reverse proxies in front of this backend whose X-Forwarded-For is believed", default=0
    )
    allowed_origins: tuple[str, ...] = _setting(
        _origins,
        "origins of pages that may call this backend from a browser, with commas; the own one always may",
        default=(),
    )
    metrics_token: str | None = _setting(
        _text, "bearer token that `/metrics` asks for; without it anybody may read them", default=None, repr=False
    )
    inbox_age_max_s: float = _setting(
        _seconds, "age of the oldest waiting event above which health says `degraded`", default=30.0
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in a log, whoever writes it."""
        passwords = (urlsplit(url).password for url in (self.database_url, self.redis_url))
        named = (self.jwt_secret, self.evolution_api_key, self.metrics_token, *passwords)
        return tuple(secret for secret in named if secret)

    @property
    def login_policy(self) -> LoginPolicy:
        """The limits on logins, together."""
        return LoginPolicy(self.login_tries_max, self.login_address_failures_max, self.login_window_s)

    @property
    def patience(self) -> Patience:
        """The limits on silence, together."""
        return Patience(
            start_s=self.start_timeout_s,
            check_s=self.check_s,
            qr_check_s=self.qr_check_s,
            qr_silence_s=self.qr_silence_s,
            recheck_s=self.recheck_s,
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the README lists it."""

    variable: str
    default: str
    means: str


def settings() -> list[Setting]:
    """All settings, in order."""
    return [
        Setting(_variable(option.name), _default(option), option.metadata["means"])
        for option in dataclasses.fields(Config)
    ]


def known_variables() -> list[str]:
    """Every legal `CHANNEL_BACKEND_*` name."""
    return [*(setting.variable for setting in settings()), ADMIN_PASSWORD, WITH_DEFECTS, DEFECTS_ALLOWED]


def read_config(environ: Mapping[str, str]) -> Config:
    """The settings in this environment; the first wrong one stops everything."""
    refuse_unknown(environ)
    values = {
        option.name: _read(option, environ)
        for option in dataclasses.fields(Config)
        if _variable(option.name) in environ or _is_required(option)
    }
    config = Config(**values)
    if config.public_url is None and config.host not in LOOPBACK:
        msg = (
            f"{PREFIX}PUBLIC_URL is not set: listening on {config.host}, this backend does not know at which URL "
            "Evolution reaches it; set it, for example to http://backend.internal:3100"
        )
        raise ConfigError(msg)
    return config


def read_database_url(environ: Mapping[str, str]) -> str:
    """The database alone, for the commands that need nothing else."""
    refuse_unknown(environ)
    option = next(option for option in dataclasses.fields(Config) if option.name == "database_url")
    return str(_read(option, environ))


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Stop at a name that would have no effect."""
    known = known_variables()
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            msg = f"{name} is not a setting{hint}; known are: {', '.join(known)}"
            raise ConfigError(msg)


def _read(option: "dataclasses.Field[Any]", environ: Mapping[str, str]) -> Any:
    variable = _variable(option.name)
    if variable not in environ:
        msg = f"{variable} is not set: {option.metadata['means']}"
        raise ConfigError(msg)
    try:
        return option.metadata["read"](environ[variable])
    except ValueError as error:
        msg = f"{variable}: {error}"
        raise ConfigError(msg) from error


def _is_required(option: "dataclasses.Field[Any]") -> bool:
    return option.default is dataclasses.MISSING


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _default(option: "dataclasses.Field[Any]") -> str:
    if _is_required(option):
        return "required"
    return "none" if option.default in (None, ()) else f"`{option.default}`"


def markdown_table() -> str:
    """The settings as the README lists them."""
    rows = [f"| `{setting.variable}` | {setting.default} | {setting.means} |" for setting in settings()]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])
