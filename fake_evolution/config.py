"""How one fake is started: one frozen value, read once at the edge.

Defaults < `FAKE_EVOLUTION_*` < arguments. The settings of the *imitated server* are apart: they keep their real names
and come from an env file, from `--server-env`, or from the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from fake_evolution.errors import ConfigError

_PORT_MAX = 65_535


@dataclass(frozen=True, slots=True)
class Config:
    """Where the fake listens, what keys it has, its seed and rate, and its limits."""

    host: str = "127.0.0.1"
    port: int = 0
    api_key: str | None = None  # None: what the server settings say
    control_key: str | None = None
    seed: int = 1
    rate: float = 1.0
    named_set: str = "official-image"
    server_env: Mapping[str, str] = field(default_factory=dict)
    ready_file: Path | None = None
    journal: Path | None = None
    connections_max: int = 1000  # open to receivers of webhooks, all together
    own_connections: bool = True  # False: every webhook goes through the general HTTP client
    connections_a_target_max: int = 256  # of them to one host and port; every target may have one at any time
    webhooks_waiting_a_target_max: int = 5000  # for a connection; beyond that attempts fail, and come again
    webhooks_waiting_soft_max: int = 1000  # for a connection, all together; beyond that the fake emits more slowly
    body_bytes_max: int = 136 * 1024 * 1024
    instances_max: int = 100_000
    api_connections_max: int = 10_000  # open connections of callers; beyond that they get 503 and are closed
    messages_kept_max: int = 100_000  # stored for one instance; beyond that the oldest go
    journal_bytes_max: int = 16 * 1024**3  # of its file; beyond that only the newest records are kept, in memory
    streams_max: int = 32  # followers of the journal
    stream_keep_alive_s: float = 15.0  # without a record, a follower is told that the stream is alive
    stream_patience_s: float = 60.0  # a follower that takes nothing for so long is cut off
    grace_s: float = 5.0  # for attempts on the wire, when the fake is ended

    def __post_init__(self) -> None:
        if not 0 <= self.port <= _PORT_MAX:
            raise ConfigError(f"port is {self.port}; legal: 0 (any free one) to {_PORT_MAX}")
        if not is_loopback(self.host) and not self.control_key:
            raise ConfigError(
                f"host {self.host} can be reached from other machines, and the control API can do anything; "
                "give a --control-key, or listen on 127.0.0.1"
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_env_file(path: Path) -> dict[str, str]:
    """The variables of a `.env` file: `NAME=value` lines, comments, optional quotes and `export`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"env file {path} cannot be read: {error}") from error
    variables = {}
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ConfigError(f"{path}:{number} is {line.strip()!r}; legal: NAME=value")
        variables[name.strip()] = _unquoted(value.strip())
    return variables


def _unquoted(value: str) -> str:
    for quote in ("'", '"'):
        if len(value) > 1 and value.startswith(quote) and quote in value[1:]:
            return value[1 : value.index(quote, 1)]
    return value.partition(" #")[0].rstrip()
