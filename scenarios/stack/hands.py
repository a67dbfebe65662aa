"""The hands on an embedded stack: its processes are killed, stopped, frozen and started again where they were."""

from .backend import Backend
from .child import Child
from .controls import Part
from .errors import StackError
from .services import PostgresServer, ValkeyServer
from .threads import in_thread


class EmbeddedControls:
    """What `controls` of the embedded stack is."""

    def __init__(self, backend: Backend, postgres: PostgresServer, valkey: ValkeyServer) -> None:
        self._backend = backend
        self._servers: dict[Part, PostgresServer | ValkeyServer] = {Part.DATABASE: postgres, Part.REDIS: valkey}

    async def kill(self, part: Part) -> int | None:
        """End it at once and by force."""
        child = self._ending(part)
        return await in_thread(child.kill)

    async def stop(self, part: Part) -> int | None:
        """End it in its own way."""
        if part is Part.BACKEND:
            return await in_thread(self._backend.stop)
        child = self._servers[part].child
        await in_thread(child.stop)
        return child.exit_code

    async def start(self, part: Part) -> None:
        """Bring it back on the same port."""
        if part is Part.BACKEND:
            await self._backend.serve()
        else:
            await in_thread(self._servers[part].start_again)

    async def pause(self, part: Part) -> None:
        """Freeze its processes."""
        await in_thread(self._child(part).freeze)

    async def resume(self, part: Part) -> None:
        """Let them go on."""
        await in_thread(self._child(part).thaw)

    def _ending(self, part: Part) -> Child:
        if part is Part.BACKEND:
            self._backend.expect_end()
        return self._child(part)

    def _child(self, part: Part) -> Child:
        child = self._backend.child if part is Part.BACKEND else self._servers[part].child
        if child is None:
            raise StackError(f"the {part.value} was never started")
        return child
