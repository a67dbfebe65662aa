"""What a person reads beside the channels: conversations, usage, metrics; each look on record, verbatim."""

from dataclasses import asdict

from scenarios.adapters.base import Adapter, Channel, Conversations, SeenMessage, Tenant, Usage
from scenarios.clicking import without_images
from scenarios.page import Recorder
from scenarios.timing import Clock

METRICS_BYTES_MAX = 256 * 1024


class Looks:
    """Reads and records for one phase."""

    def __init__(self, adapter: Adapter, *, phase: str, recorder: Recorder, clock: Clock) -> None:
        self._adapter = adapter
        self._phase = phase
        self._recorder = recorder
        self._clock = clock

    async def messages(self, tenant: Tenant, channel: Channel, *, journey: str) -> tuple[SeenMessage, ...]:
        """The conversations of a channel; nothing is on record where they cannot be read."""
        if not isinstance(self._adapter, Conversations):
            return ()
        asked_s = self._clock.now()
        answer, messages = await self._adapter.messages(tenant, channel)
        if answer.ok:
            about = {"phase": self._phase, "journey": journey, "tenant": tenant.id, "channel": channel.id}
            times = {"asked_s": asked_s, "at_s": self._clock.now()}
            self._recorder.write("messages", **about, **times, messages=[asdict(one) for one in messages])
        return messages

    async def usage(self, tenant: Tenant) -> None:
        """What the tenant uses of its plan."""
        if not isinstance(self._adapter, Usage):
            return
        asked_s = self._clock.now()
        answer, found = await self._adapter.usage(tenant)
        if found is not None and answer.ok:
            times = {"asked_s": asked_s, "at_s": self._clock.now()}
            shown = {"sessions": found.sessions, "limit": found.limit, "body": without_images(found.body)}
            self._recorder.write("usage", phase=self._phase, tenant=tenant.id, **times, **shown)

    async def metrics(self) -> None:
        """The backend's own numbers."""
        asked_s = self._clock.now()
        text = await self._adapter.metrics()
        if text is not None:
            cut = text.encode()[:METRICS_BYTES_MAX].decode(errors="ignore")
            self._recorder.write("metrics", phase=self._phase, asked_s=asked_s, at_s=self._clock.now(), text=cut)
