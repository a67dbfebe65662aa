"""Hand-written histories."""

from typing import Any

from fake_evolution import Record
from scenarios.history import History
from scenarios.judging import Finding, Truth, Verdict, check
from scenarios.rules import invariants

CHANNEL = INSTANCE = "7"


class Tale:
    """A history told by hand: one channel '7', its instance '7', and who looked at it."""

    def __init__(self) -> None:
        self._told: list[tuple[float, str, dict[str, Any]]] = []
        self._events = 0

    def add(self, t: float, kind: str, **fields: Any) -> None:
        """One record."""
        self._told.append((t, kind, fields))

    def journey(self, start_s: float, end_s: float, *, channel: str = CHANNEL) -> None:
        """Somebody looks at the channel from then to then."""
        journey = f"journey-{channel}"
        self.add(start_s, "journey.start", journey=journey, channel_name=f"name {channel}", tenant="1")
        self.add(end_s, "journey.end", journey=journey, channel=channel, outcome="completed", reason="")

    def qr(self, t: float, code: str, *, instance: str = INSTANCE) -> None:
        """WhatsApp gives the instance a QR."""
        self.add(t, "state", instance=instance, phase="qr")
        self.add(t, "qr", instance=instance, code=code, count=1)

    def webhook(
        self,
        t: float,
        *,
        state: str | None = None,
        code: str | None = None,
        sent: tuple[float, ...] = (),
        status: int = 200,
        instance: str = INSTANCE,
    ) -> None:
        """An event at `t`, and its attempts at the times in `sent` (at once, unless told), 10 ms each."""
        self._events += 1
        event_id = f"{instance}#{self._events}"
        event = "qrcode.updated" if code else "connection.update"
        data = {"qrcode": {"code": code}} if code else {"state": state}
        about = {"event_id": event_id, "instance": instance, "event": event}
        self.add(t, "event", **about, data=data, order=self._events)
        for copy, sent_s in enumerate(sent or (t,)):
            outcome = "ok" if status < 300 else "fail"
            tried = {"delivery": event_id, "sent_s": sent_s, "outcome": outcome, "status": status, "copy": copy}
            self.add(sent_s + 0.01, "attempt", **about, **tried, lateness_ms=0.1)

    def seen(
        self,
        t: float,
        status: str | None,
        *,
        code: str | None = None,
        via: str = "socket",
        asked_s: float | None = None,
        channel: str = CHANNEL,
        **more: Any,
    ) -> None:
        """What the page showed; a poll was asked for 10 ms before, unless told."""
        asked = asked_s if asked_s is not None else None if via == "socket" else t - 0.01
        shown = {"channel": channel, "via": via, "status": status, "code": code, "asked_s": asked, "at_s": t}
        self.add(t, "seen", **shown, **more)

    def click(self, t: float, action: str, *, channel: str = CHANNEL) -> None:
        """Somebody clicks."""
        self.add(t, "click", journey=f"journey-{channel}", channel=channel, action=action)

    def reply(self, t: float, action: str, *, took_s: float = 0.05, status_code: int = 200) -> None:
        """The backend answers."""
        about = {"journey": f"journey-{CHANNEL}", "channel": CHANNEL, "action": action}
        self.add(t, "reply", **about, status_code=status_code, duration_s=took_s)

    def scan(self, t: float, code: str, verdict: str = "linked") -> None:
        """A phone scans."""
        self.add(t, "scan", instance=INSTANCE, code=code, verdict=verdict)

    def records(self) -> list[Record]:
        """Everything told, in the order of time."""
        ordered = sorted(self._told, key=lambda one: one[0])
        return [Record(seq, t, "", kind, fields) for seq, (t, kind, fields) in enumerate(ordered, 1)]

    def history(self) -> History:
        """The tale as a history."""
        return History(self.records())

    def verdict(self, name: str) -> Verdict:
        """What an invariant says of it."""
        return check(invariants.find(name), self.history(), phase="told")

    def truth(self, name: str) -> Truth:
        """The word of that verdict."""
        return self.verdict(name).verdict

    def worst(self, name: str) -> Finding:
        """The worst that an invariant found in it."""
        found = self.verdict(name).worst
        assert found is not None, f"{name} is not broken"
        return found
