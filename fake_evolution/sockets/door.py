"""The handshake of socket.io: refused requests, worded as the real server's library words them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fake_evolution.profiles import SocketDoor
from fake_evolution.server_settings import SocketSettings

_TRANSPORTS = ("polling", "websocket")
_PROTOCOL = "4"
_FORBIDDEN = 4


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused: the library's number for it, and its text."""

    code: int
    message: str

    @property
    def status(self) -> int:
        """403 for a missing or wrong key, else 400."""
        return 403 if self.code == _FORBIDDEN else 400


@dataclass(frozen=True, slots=True)
class Knock:
    """One request at the door."""

    method: str
    query: Mapping[str, str]
    apikey: str | None  # from the header
    address: str  # of the client
    upgrades: bool  # whether it asks to become a websocket


def refusal(
    knock: Knock,
    settings: SocketSettings,
    *,
    door: SocketDoor,
    known_session: Callable[[str], bool],
    known_key: Callable[[str], bool],
) -> Refusal | None:
    """What is wrong with a request, or None; sessions that exist are not asked for a key again."""
    transport = knock.query.get("transport")
    if transport not in _TRANSPORTS:
        return Refusal(0, "Transport unknown")
    session = knock.query.get("sid")
    if session is not None:
        return None if known_session(session) else Refusal(1, "Session ID unknown")
    if knock.method != "GET":
        return Refusal(2, "Bad handshake method")
    if transport == "websocket" and not knock.upgrades:
        return Refusal(3, "Bad request")
    problem = _key_problem(knock, settings, door=door, known_key=known_key)
    if problem is not None:
        return Refusal(_FORBIDDEN, problem)
    return None if knock.query.get("EIO") == _PROTOCOL else Refusal(5, "Unsupported protocol version")


def _key_problem(
    knock: Knock, settings: SocketSettings, *, door: SocketDoor, known_key: Callable[[str], bool]
) -> str | None:
    if door is SocketDoor.OPEN or ("EIO" in knock.query and _is_allowed(knock.address, settings, door)):
        return None
    key = knock.query.get("apikey") or knock.apikey
    if not key:
        return "apiKey is required"
    return None if known_key(key) else "Invalid global token"


def _is_allowed(address: str, settings: SocketSettings, door: SocketDoor) -> bool:
    if door is SocketDoor.HOSTS_OR_STAR and "*" in settings.allowed_hosts:
        return True
    return address in settings.allowed_hosts
