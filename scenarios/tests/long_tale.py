"""Hand-written histories with what happens beside a journey: messages, outages, usage, metrics, calls."""

from collections.abc import Sequence
from typing import Any

from scenarios.judging import Truth
from scenarios.tests.tale import CHANNEL, INSTANCE, Tale

JID = "5511900000001@s.whatsapp.net"


class LongTale(Tale):
    """A tale of more than connecting."""

    def truth(self, name: str) -> Truth:
        """The word of a verdict that was come to; a crash is unknown, too, and would hide behind it."""
        verdict = self.verdict(name)
        assert verdict.trace is None, verdict.trace
        return verdict.verdict

    def event(
        self,
        t: float,
        event: str,
        data: dict[str, Any],
        *,
        sent: Sequence[tuple[float, int | None]] | None = None,
        instance: str = INSTANCE,
        endpoint: str = "instance",
        took_s: float = 0.01,
    ) -> str:
        """An event and its attempts, each with the time it was sent and its answer (None for none); its id."""
        self._events += 1
        event_id = f"{instance}#{self._events}"
        about = {"event_id": event_id, "instance": instance, "event": event}
        self.add(t, "event", **about, data=data, order=self._events)
        self.attempts(about, ((t, 200),) if sent is None else sent, endpoint=endpoint, took_s=took_s)
        return event_id

    def attempts(
        self,
        about: dict[str, Any],
        sent: Sequence[tuple[float, int | None]],
        *,
        endpoint: str = "instance",
        took_s: float = 0.01,
    ) -> None:
        """Tries to hand an event over at an address of this kind."""
        for number, (sent_s, status) in enumerate(sent, 1):
            taken = status is not None and status < 300
            outcome = "ok" if taken else "unknown" if status is None else "fail"
            tried = {"delivery": f"{about['event_id']}:{endpoint}", "attempt": number, "sent_s": sent_s}
            answered = {"outcome": outcome, "status": status, "copy": 0, "lateness_ms": 0.1}
            self.add(sent_s + took_s, "attempt", **about, **tried, **answered)

    def message(
        self,
        t: float,
        wanted: str,
        *,
        text: str = "hello",
        own: bool = False,
        event: str = "messages.upsert",
        sent: Sequence[tuple[float, int | None]] | None = None,
        endpoint: str = "instance",
    ) -> str:
        """A message comes, or goes."""
        data = {"key": {"id": wanted, "fromMe": own, "remoteJid": JID}, "message": {"conversation": text}}
        return self.event(t, event, data, sent=sent, endpoint=endpoint)

    def ack(self, t: float, wanted: str, status: str) -> str:
        """A message got somewhere."""
        return self.event(t, "messages.update", {"keyId": wanted, "status": status, "remoteJid": JID})

    def read(self, t: float, *messages: dict[str, Any], channel: str = CHANNEL) -> None:
        """What a person reads in the channel's conversations; asked for 10 ms before."""
        bare = {"message_id": None, "ticket": "1", "contact": "c", "from_me": False, "text": "hello", "ack": 0}
        rows = [{**bare, "at": None, **one} for one in messages]
        self.add(t, "messages", channel=channel, tenant="1", asked_s=t - 0.01, at_s=t, messages=rows)

    def state(self, t: float, phase: str, *, instance: str = INSTANCE) -> None:
        """The instance comes into a phase of its life."""
        self.add(t, "state", instance=instance, instance_id=f"id-{instance}", phase=phase)

    def outage(self, part: str, down_s: float, up_s: float | None, *, how: str = "kill", detail: str = "") -> None:
        """A part is away from then to then, or for good."""
        about = {"part": part, "how": how, "detail": detail}
        self.add(down_s, "outage", **about, action="down", exit_code=-9)
        if up_s is not None:
            self.add(up_s, "outage", **about, action="up", exit_code=None)

    def usage(self, t: float, sessions: int | None, *, tenant: str = "1") -> None:
        """What the tenant is shown of its usage."""
        self.add(t, "usage", tenant=tenant, asked_s=t - 0.01, at_s=t, sessions=sessions, limit=10, body={})

    def fault(self, event_id: str, kind: str, *, endpoint: str = "instance") -> None:
        """A fault rule struck the first attempt at an event."""
        about = {"delivery": f"{event_id}:{endpoint}", "instance": event_id.partition("#")[0]}
        self.add(0.0, "fault", rule="r", fault=kind, **about, attempt=1)

    def metrics(self, t: float, text: str) -> None:
        """The backend's own numbers."""
        self.add(t, "metrics", asked_s=t - 0.01, at_s=t, text=text)
