"""Hand-written histories of what comes late, twice, from somebody else, or not at all."""

from typing import Any

from scenarios.tests.long_tale import LongTale
from scenarios.tests.tale import CHANNEL, INSTANCE


class OddTale(LongTale):
    """A tale of what should not happen."""

    def connection(self, t: float, state: str, *sent_s: float, **more: Any) -> str:
        """An event of the connection's state, sent and taken at these times; its id."""
        return self.event(t, "connection.update", {"state": state}, sent=[(one, 200) for one in sent_s], **more)

    def code(self, t: float, code: str, *sent_s: float) -> str:
        """WhatsApp gives a QR, and its webhook is sent and taken at these times; its id."""
        self.qr(t, code)
        return self.event(t, "qrcode.updated", {"qrcode": {"code": code}}, sent=[(one, 200) for one in sent_s])

    def odd(
        self,
        event_id: str,
        sent_s: float,
        fault: str,
        *,
        status: int | None = 200,
        wire: tuple[str, ...] = ("edited",),
        took_s: float = 0.01,
        instance: str = INSTANCE,
    ) -> None:
        """An attempt that a fault rule made odd."""
        outcome = "unknown" if status is None else "ok" if status < 300 else "fail"
        about = {"delivery": f"{event_id}:instance", "event_id": event_id, "instance": instance, "event": "odd"}
        self.add(0.0, "fault", rule="odd", fault=fault, delivery=about["delivery"], instance=instance, attempt=1)
        answered = {"outcome": outcome, "status": status, "copy": 1, "attempt": 1, "lateness_ms": 0.1}
        self.add(sent_s + took_s, "attempt", **about, **answered, sent_s=sent_s, wire=list(wire))

    def trespass(self, t: float, via: str, **found: Any) -> None:
        """Tenant 2 tries something with the channel of tenant 1, or hears of it."""
        given = {"status_code": 404, "shown": False, "changed": None, "body": None} | found
        self.add(t, "trespass", tenant="2", owner="1", channel=CHANNEL, via=via, **given)
