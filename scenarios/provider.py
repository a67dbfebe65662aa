"""The provider's side of a run: phones and WhatsApp by the control API, and what an operator sets by the real one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from fake_evolution import Client, FakeServer
from scenarios.steps.base import StepError

CALL_S_MAX = 10.0


class ProviderClient(Client):
    """A client of one fake; an async context manager."""

    def __init__(self, fake: FakeServer) -> None:
        super().__init__(fake.control_url, key=fake.config.control_key)
        self._evolution_url = fake.url
        self._api_key = fake.api_key

    async def subscribe_by_events(self, instance: str) -> None:
        """Switch the instance's webhook to one address an event; all else of it stays as it is."""
        webhook: Mapping[str, Any] = (await self.instance(instance)).get("webhook") or {}
        if not webhook.get("url"):
            raise StepError(f"instance '{instance}' has no webhook to switch")
        wanted = {"enabled": True, "url": webhook["url"], "events": webhook.get("events") or [], "byEvents": True}
        url = f"{self._evolution_url}/webhook/set/{quote(instance, safe='')}"
        timeout = aiohttp.ClientTimeout(total=CALL_S_MAX)
        async with (
            aiohttp.ClientSession(timeout=timeout, headers={"apikey": self._api_key}) as session,
            session.post(url, json={"webhook": wanted}) as response,
        ):
            if not response.ok:
                raise StepError(f"webhook/set of '{instance}' was answered {response.status}")
