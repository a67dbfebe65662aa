"""`{postgres.host}` and the like in variables and commands, filled in when the parts have their addresses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from .errors import StackError

# Other braces are the backend's own business: values may well be JSON.
_PLACEHOLDER = re.compile(r"\{([a-z]+\.[a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Server:
    """Where the backend finds a database or Redis, and how it gets in."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    database: str = ""

    def url(self, scheme: str) -> str:
        """All of it in one line."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.password else ""
        return f"{scheme}://{login}{self.host}:{self.port}/{self.database}"


def postgres_values(server: Server) -> dict[str, str]:
    """What can be said of the database."""
    return {
        "postgres.host": server.host,
        "postgres.port": str(server.port),
        "postgres.user": server.user,
        "postgres.password": server.password,
        "postgres.database": server.database,
        "postgres.url": server.url("postgresql"),
    }


def redis_values(server: Server) -> dict[str, str]:
    """What can be said of Redis."""
    return {"redis.host": server.host, "redis.port": str(server.port), "redis.url": server.url("redis")}


def filled(text: str, values: Mapping[str, str], *, where: str) -> str:
    """The text with its placeholders filled in; StackError for one that does not exist."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            raise StackError(f"{where} has {{{name}}}; known here: {', '.join(sorted(values))}")
        return values[name]

    return _PLACEHOLDER.sub(value, text)


def filled_env(env: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Variables with their placeholders filled in."""
    return {name: filled(value, values, where=f"variable {name}") for name, value in env.items()}
