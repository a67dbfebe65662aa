"""Ends an instance in Evolution and makes sure of it: Evolution says SUCCESS first and removes afterwards."""

from collections.abc import Awaitable, Callable

from channel_backend.errors import EvolutionRefusedError
from channel_backend.evolution.client import Evolution
from channel_backend.status import ChannelStatus, from_evolution

Rest = Callable[[float], Awaitable[None]]
Remove = Callable[[Evolution, str, Rest], Awaitable[None]]

LOOKS_MAX = 7
PAUSE_S = 0.025


async def remove_instance(evolution: Evolution, instance: str, rest: Rest) -> None:
    """Return when the instance is gone, or at least closed; raise when Evolution fails or keeps the session alive."""
    if not await evolution.delete(instance):
        return
    for look in range(LOOKS_MAX):
        seen = await evolution.look(instance)
        if seen.gone:
            return
        await rest(PAUSE_S * 2**look)
    if from_evolution(seen.word) is not ChannelStatus.DISCONNECTED:
        msg = f"The WhatsApp server (Evolution) agreed to end the session but keeps it {seen.word}. Try again."
        raise EvolutionRefusedError(msg, http_status=200)
