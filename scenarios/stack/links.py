"""The links of a stack: proxies on this machine, only where the run wants a hand on them."""

import asyncio
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from .controls import Link
from .proxy import HOST, TcpProxy


class ProxiedLinks:
    """A proxy for each link; those that nobody asked for are direct.

    `host` is where they listen; a backend in a container may see this machine under another name.
    """

    def __init__(self, *, host: str = HOST, seen_as: str | None = None) -> None:
        self._host = host
        self._seen_as = seen_as or host
        self._proxies: dict[Link, TcpProxy] = {}

    async def open(self, targets: Mapping[Link, str], wanted: Iterable[Link]) -> None:
        """Listen for every wanted link whose target's URL is given."""
        for link in wanted:
            if link in targets:
                parts = urlsplit(targets[link])
                proxy = TcpProxy(parts.hostname or HOST, parts.port or 80, host=self._host)
                await proxy.open()
                self._proxies[link] = proxy

    async def close(self) -> None:
        """End every proxy."""
        while self._proxies:
            await self._proxies.popitem()[1].close()

    def through(self, link: Link, url: str) -> str:
        """The URL by which the link is gone: the proxy's where there is one."""
        proxy = self._proxies.get(link)
        if proxy is None:
            return url
        parts = urlsplit(url)
        user, at, _ = parts.netloc.rpartition("@")
        # The provider runs on this machine, whatever the backend calls it.
        host = self._host if link is Link.EVOLUTION_TO_BACKEND else self._seen_as
        return parts._replace(netloc=f"{user}{at}{host}:{proxy.port}").geturl()

    async def delay(self, link: Link, delay_s: float) -> None:
        """Whatever passes takes so much longer in each direction; 0 is as before."""
        self._proxies[link].delay_s = delay_s
        await asyncio.sleep(0)

    async def cut(self, link: Link) -> None:
        """Every connection is reset, and new ones are refused."""
        self._proxies[link].cut()
        await asyncio.sleep(0)

    async def mend(self, link: Link) -> None:
        """New connections pass again, without delay."""
        await self._proxies[link].mend()
