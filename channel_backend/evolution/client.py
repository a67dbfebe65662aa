"""Asks Evolution: the few calls this backend needs, each with a deadline, each failure with a readable reason."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from channel_backend.errors import (
    EvolutionError,
    EvolutionRefusedError,
    EvolutionTimeoutError,
    EvolutionUnreachableError,
)
from channel_backend.events import GONE, Owner, Qr, Seen
from channel_backend.evolution.answers import (
    ConnectAnswer,
    ConnectionStateAnswer,
    CreateAnswer,
    InstanceAnswer,
    clean,
    owner_of,
    qr_of,
)
from channel_backend.evolution.message_wire import Record, message_of
from channel_backend.evolution.subscription import Subscription, create_body, delete_path
from channel_backend.messages import MessageReported
from channel_backend.metrics import ProviderOutcome
from channel_backend.stopping import interruptible

T = TypeVar("T")

CreateBody = Callable[[str, Subscription], dict[str, Any]]

Asked = Callable[[str, ProviderOutcome, float], None]

NOT_FOUND = 404
SERVER_ERROR = 500
HTTP_ERROR = 400
NAME_TAKEN = 403
UNAUTHORIZED = 401
ANSWER_BYTES_MAX = 4_000_000


@dataclass(frozen=True, slots=True)
class EvolutionSettings:
    """Where Evolution is, its key, and how long to wait: for an answer it works on, and for a plain question."""

    url: str
    api_key: str
    work_timeout_s: float
    ask_timeout_s: float


class Evolution:
    """The client; one session, no state about instances."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        settings: EvolutionSettings,
        asked: Asked,
        create_body: CreateBody = create_body,
        delete_path: Callable[[str], str] = delete_path,
    ) -> None:
        """`asked` hears of every request when it has ended; the others say how an instance is made and removed."""
        self._create_body = create_body
        self._delete_path = delete_path
        self._http = http
        self._settings = settings
        self._asked = asked

    async def create(self, instance: str, subscription: Subscription) -> Qr | None:
        """Make and connect an instance; takes Evolution five seconds. The QR code is None when it had none by then."""
        answer = await self._work("POST", "instance/create", CreateAnswer, self._create_body(instance, subscription))
        return qr_of(answer.qrcode.code, answer.qrcode.base64) if answer.qrcode else None

    async def subscribe(self, instance: str, subscription: Subscription) -> None:
        """Replace the instance's webhook."""
        await self._work("POST", f"webhook/set/{_part(instance)}", Any, {"webhook": subscription.as_set()})

    async def current_qr(self, instance: str) -> Qr | None:
        """The current QR code of an instance that connects; one that is closed would open a socket, too."""
        answer = await self._ask(f"instance/connect/{_part(instance)}", ConnectAnswer)
        if answer.error:
            raise EvolutionRefusedError(_complaint(200, {"message": answer.message}), http_status=200)
        return qr_of(answer.code, answer.base64)

    async def send_text(self, instance: str, jid: str, text: str) -> MessageReported:
        """Send a text; the message as Evolution made it, which comes as an event, too."""
        body = {"number": jid, "text": text}
        message = message_of(await self._work("POST", f"message/sendText/{_part(instance)}", Record, body))
        if message is None:
            msg = "The WhatsApp server (Evolution) gave an answer that cannot be read. Try again."
            raise EvolutionRefusedError(msg, http_status=200)
        return message

    async def delete(self, instance: str) -> bool:
        """Log out and remove the instance (Evolution goes on with it after answering); False: there was none."""
        try:
            await self._work("DELETE", self._delete_path(_part(instance)), Any)
        except EvolutionRefusedError as error:
            if error.http_status == NOT_FOUND:
                return False
            raise
        return True

    async def look(self, instance: str, *, qr: bool = False, owner: bool = False) -> Seen:
        """How the instance is now; with `qr`, also its current code while it connects; with `owner`, who is linked."""
        try:
            answer = await self._ask(f"instance/connectionState/{_part(instance)}", ConnectionStateAnswer)
            word = clean(answer.instance.state or "close", 40)
            if qr and word == "connecting":
                return Seen(word, qr=await self.current_qr(instance))
            if owner and word == "open":
                return Seen(word, owner=await self._owner(instance))
        except EvolutionRefusedError as error:
            if error.http_status == NOT_FOUND:
                return GONE
            raise
        return Seen(word)

    async def is_reachable(self) -> bool:
        """Whether Evolution answers at all."""
        try:
            await self._ask("", Any)
        except EvolutionRefusedError as error:
            return error.http_status < SERVER_ERROR
        except (EvolutionUnreachableError, EvolutionTimeoutError):
            return False
        return True

    async def _owner(self, instance: str) -> Owner | None:
        path = f"instance/fetchInstances?instanceName={quote(instance, safe='')}"
        rows = await self._ask(path, list[InstanceAnswer])
        first = rows[0] if rows else InstanceAnswer()
        return owner_of(first.ownerJid, first.profileName, first.profilePicUrl)

    async def _work(self, method: str, path: str, shape: type[T], body: object = None) -> T:
        return await self._call(method, path, shape, self._settings.work_timeout_s, body)

    async def _ask(self, path: str, shape: type[T]) -> T:
        return await self._call("GET", path, shape, self._settings.ask_timeout_s, None)

    async def _call(self, method: str, path: str, shape: type[T], timeout_s: float, body: object) -> T:
        """The answer as a value; every way in which there is none is an error with a reason, and counted."""
        began_s = time.perf_counter()
        outcome = ProviderOutcome.CANCELLED
        try:
            answer = await self._answered(method, path, shape, timeout_s, body)
            outcome = ProviderOutcome.OK
        except EvolutionError as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._asked(path, outcome, time.perf_counter() - began_s)
        return answer

    async def _answered(self, method: str, path: str, shape: type[T], timeout_s: float, body: object) -> T:
        try:
            status, raw = await self._exchange(method, path, timeout_s, body)
        except TimeoutError as error:
            msg = f"The WhatsApp server (Evolution) did not answer within {timeout_s:g} seconds. Try again."
            raise EvolutionTimeoutError(msg) from error
        except aiohttp.ClientError as error:
            msg = "The WhatsApp server (Evolution) cannot be reached. Try again in a moment."
            raise EvolutionUnreachableError(msg) from error
        if not 200 <= status < 300:  # noqa: PLR2004  the HTTP success range
            raise EvolutionRefusedError(_complaint(status, _loose(raw)), http_status=status)
        try:
            return msgspec.json.decode(raw, type=shape)
        except (msgspec.MsgspecError, RecursionError) as error:
            msg = "The WhatsApp server (Evolution) gave an answer that cannot be read. Try again."
            raise EvolutionRefusedError(msg, http_status=status) from error

    async def _exchange(self, method: str, path: str, timeout_s: float, body: object) -> tuple[int, bytes]:
        url = URL(f"{self._settings.url.rstrip('/')}/{path}", encoded=True)
        headers = {"apikey": self._settings.api_key}
        timeout = aiohttp.ClientTimeout(total=timeout_s)
        with interruptible():
            async with self._http.request(method, url, json=body, headers=headers, timeout=timeout) as answer:
                return answer.status, await _whole(answer)


def outcome_of(error: EvolutionError) -> ProviderOutcome:
    """What to call a request that ended like this."""
    if isinstance(error, EvolutionTimeoutError):
        return ProviderOutcome.TIMEOUT
    if isinstance(error, EvolutionUnreachableError):
        return ProviderOutcome.UNREACHABLE
    success = isinstance(error, EvolutionRefusedError) and error.http_status < HTTP_ERROR
    # An error with a good status: the answer could not be read, or said no in its body.
    return ProviderOutcome.GARBLED if success else ProviderOutcome.REFUSED


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    raw = await answer.content.read(ANSWER_BYTES_MAX)
    while chunk := await answer.content.read(ANSWER_BYTES_MAX - len(raw)):
        raw += chunk
    return raw


def _part(instance: str) -> str:
    return quote(instance, safe="")


def _loose(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _complaint(status: int, body: Any) -> str:
    """Evolution's own words, if it has any, in a sentence."""
    if status == UNAUTHORIZED:
        return "The WhatsApp server (Evolution) refused this system's API key. Tell the administrator."
    response = body.get("response", body) if isinstance(body, dict) else None
    said = response.get("message") if isinstance(response, dict) else None
    while isinstance(said, list) and said:
        said = said[0]
    words = clean(said, 200) if isinstance(said, str) else "no reason given"
    return f"The WhatsApp server (Evolution) refused: {words} (HTTP {status}). Try again."
