"""One HTTP question and what came of it, as a value: nothing that a backend does raises here."""

import time

import aiohttp
import orjson

from .base import AdapterSettings, Answer

# Node closes an idle connection after 5 s; whoever reuses it at that moment gets no answer, through no fault of
# the backend.
KEPT_S = 4.0


class Exchange:
    """Asks one backend over connections that are kept; opens them at first use."""

    def __init__(self, url: str, settings: AdapterSettings) -> None:
        self._url = url.rstrip("/")
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, method: str, path: str, *, token: str = "", body: object = None) -> Answer:
        """Send a request; the answer has the parsed JSON, or the text when it is none."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        started = time.perf_counter()
        try:
            async with self._opened().request(
                method, f"{self._url}{path}", headers=headers, json=body, allow_redirects=False
            ) as response:
                raw = await self._read(response)
        except TimeoutError:
            return self._none(started, f"no answer within {self._settings.request_s_max:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return self._none(started, f"no answer: {_why(error)}")
        if raw is None:
            return self._none(started, f"an answer of more than {self._settings.body_bytes_max} bytes")
        return Answer(response.status, _parsed(raw), time.perf_counter() - started)

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            limits = self._settings
            timeout = aiohttp.ClientTimeout(total=limits.request_s_max, sock_connect=limits.connect_s_max)
            # People share nothing: the cookies of one login must not travel with the requests of another.
            self._session = aiohttp.ClientSession(
                timeout=timeout,
                connector=aiohttp.TCPConnector(limit=limits.connections_max, keepalive_timeout=KEPT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def _read(self, response: aiohttp.ClientResponse) -> bytes | None:
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_any():
            size += len(part)
            if size > self._settings.body_bytes_max:
                return None
            parts.append(part)
        return b"".join(parts)

    def _none(self, started: float, error: str) -> Answer:
        return Answer(0, None, time.perf_counter() - started, error)


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"cannot connect to {error.host}:{error.port} ({error.strerror})"
    return str(error) or type(error).__name__


def _parsed(raw: bytes) -> object:
    try:
        return orjson.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")
