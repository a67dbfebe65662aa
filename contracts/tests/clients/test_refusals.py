"""What foreign clients make of the fake's refusals: their own errors, as on the real server."""

import pytest
from evolutionapi.exceptions import EvolutionAPIError, EvolutionAuthenticationError, EvolutionNotFoundError

from contracts.tests.clients.life import CUSTOMER, NAME, TEXT, Watch
from contracts.tests.clients.n8n_client import N8nClient, NodeRefusedError
from contracts.tests.clients.python_client import PythonClient
from fake_evolution import Client, FakeServer

pytestmark = pytest.mark.stack


async def test_python_client_with_a_wrong_key_fails_to_authenticate(fake: FakeServer) -> None:
    """The wrong key is told apart from other errors by the status alone: 401."""
    stranger = PythonClient(fake.url, "not-the-key")

    with pytest.raises(EvolutionAuthenticationError):
        await stranger.names()


async def test_python_client_finds_no_unknown_instance(python_client: PythonClient) -> None:
    """An instance that does not exist is a 404, which the client has an error of its own for."""
    with pytest.raises(EvolutionNotFoundError):
        await python_client.connect(NAME)


async def test_python_client_tells_why_a_logout_was_refused(python_client: PythonClient, control: Client) -> None:
    """The client repeats the server's text: an instance that is closed cannot be logged out once more."""
    watch = Watch(control)
    await python_client.create(NAME)
    await watch.reached("qr")
    await python_client.logout(NAME)
    await watch.reached("closed")

    with pytest.raises(EvolutionAPIError, match=r'400.*The "loja-1" instance is not connected'):
        await python_client.logout(NAME)


async def test_n8n_node_tells_why_a_text_was_not_sent(n8n_client: N8nClient) -> None:
    """The node shows status and text of the server, also the odd one for an instance that never connected."""
    await n8n_client.create(NAME)

    with pytest.raises(NodeRefusedError, match=r"Erro ao enviar mensagem de texto: 500.*onWhatsApp"):
        await n8n_client.send_text(NAME, CUSTOMER, TEXT)


async def test_n8n_node_tells_that_a_name_is_in_use(n8n_client: N8nClient) -> None:
    """Creating twice is refused, with the server's text for the person who reads it."""
    await n8n_client.create(NAME)

    with pytest.raises(NodeRefusedError, match=r'403.*This name .*"loja-1.*is already in use'):
        await n8n_client.create(NAME)
