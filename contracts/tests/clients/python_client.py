"""The official Python client, as a client of the fake."""

import asyncio
from typing import Any

from evolutionapi.client import EvolutionClient
from evolutionapi.models.instance import InstanceConfig
from evolutionapi.models.message import TextMessage


class PythonClient:
    """`evolutionapi`; it blocks, so that every call has a thread. After create it speaks with the instance's token."""

    def __init__(self, url: str, api_key: str) -> None:
        self._client = EvolutionClient(base_url=url, api_token=api_key)
        self._token = api_key

    async def create(self, name: str) -> Any:
        """Makes an instance that connects at once, and keeps its token."""
        config = InstanceConfig(name, integration="WHATSAPP-BAILEYS", qrcode=True)
        created = await asyncio.to_thread(self._client.instances.create_instance, config)
        self._token = created["hash"]
        return created

    async def connect(self, name: str) -> Any:
        """Asks for the QR."""
        return await asyncio.to_thread(self._client.instance_operations.connect, name, self._token)

    async def state(self, name: str) -> str:
        """The state in the server's memory."""
        read = self._client.instance_operations.get_connection_state
        answer = await asyncio.to_thread(read, name, self._token)
        return str(answer["instance"]["state"])

    async def send_text(self, name: str, number: str, text: str) -> Any:
        """Sends a text."""
        message = TextMessage(number=number, text=text)
        return await asyncio.to_thread(self._client.messages.send_text, name, message, self._token)

    async def find_messages(self, name: str, jid: str) -> Any:
        """The messages of a chat."""
        return await asyncio.to_thread(self._client.chat.get_messages, name, jid, self._token)

    async def logout(self, name: str) -> Any:
        """Ends the session."""
        return await asyncio.to_thread(self._client.instance_operations.logout, name, self._token)

    async def delete(self, name: str) -> Any:
        """Removes the instance."""
        return await asyncio.to_thread(self._client.instance_operations.delete, name, self._token)

    async def names(self) -> list[str]:
        """The instances there are; this call has the global key."""
        return [row["name"] for row in await asyncio.to_thread(self._client.instances.fetch_instances)]
