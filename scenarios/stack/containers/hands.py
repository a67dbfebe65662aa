"""The hands on a stack of containers: killed, stopped, paused and started again where they were."""

from collections.abc import Mapping

from scenarios.stack.controls import Part
from scenarios.stack.threads import in_thread

from .box import Box
from .served import Served
from .servers import ServerBox


class ContainerControls:
    """What `controls` of the stack of containers is."""

    def __init__(self, backend: Served, servers: Mapping[Part, ServerBox]) -> None:
        self._backend = backend
        self._servers = servers

    async def kill(self, part: Part) -> int | None:
        """End it at once and by force."""
        return await in_thread(self._ending(part).kill)

    async def stop(self, part: Part) -> int | None:
        """End it in its own way."""
        return await in_thread(self._ending(part).stop)

    async def start(self, part: Part) -> None:
        """Bring it back with the data it keeps."""
        if part is Part.BACKEND:
            await self._backend.start_again()
        else:
            await in_thread(self._servers[part].start_again)

    async def pause(self, part: Part) -> None:
        """Let it stand still."""
        await in_thread(self._box(part).pause)

    async def resume(self, part: Part) -> None:
        """Let it go on."""
        await in_thread(self._box(part).resume)

    def _ending(self, part: Part) -> Box:
        if part is Part.BACKEND:
            self._backend.expect_end()
        return self._box(part)

    def _box(self, part: Part) -> Box:
        return self._backend.box if part is Part.BACKEND else self._servers[part].box
