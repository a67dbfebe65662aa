"""Run directories as a gate would leave them, made by code: a small world with a clock of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from faker import Faker

_BEGAN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class SampleRun:
    """Collects what the parts of a run would write."""

    seed: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)  # noqa: S311  chance that can be repeated
        self.faker = Faker("pt_BR")
        self.faker.seed_instance(self.seed)

    def at(self, t: float, kind: str, **fields: Any) -> None:
        """One record."""
        self.lines.append({"seq": 0, "t": round(t, 6), "wall": "", "kind": kind, **fields})

    def write(self, run_dir: Path, run: dict[str, Any], invariants: list[dict[str, Any]]) -> Path:
        """The files of the run."""
        run_dir.mkdir(parents=True, exist_ok=True)
        self.lines.sort(key=lambda line: line["t"])
        for seq, line in enumerate(self.lines, 1):
            line |= {"seq": seq, "wall": (_BEGAN + timedelta(seconds=line["t"])).isoformat()}
        _lines(run_dir / "journal.jsonl", self.lines)
        _lines(run_dir / "samples.ndjson", self.samples)
        (run_dir / "run.json").write_text(json.dumps(run))
        (run_dir / "verdicts.json").write_text(json.dumps({"invariants": invariants}))
        return run_dir


@dataclass
class SampleJourney:
    """One journey on its way through a sample run; `t` is its present."""

    run: SampleRun
    name: str
    phase: str
    t: float

    def __post_init__(self) -> None:
        self.intended_s = self.t
        self.channel = self.name.rpartition("-")[2]
        self.instance = self.channel
        self.code = f"2@{self.run.rng.randbytes(18).hex()}"
        self.events = 0
        self.qr_s: float | None = None
        self.connected_s: float | None = None

    def did(self, kind: str, **fields: Any) -> None:
        """A record of the harness."""
        self.run.at(self.t, kind, phase=self.phase, journey=self.name, channel=self.channel, **fields)

    def begin(self) -> None:
        """The person arrives and creates a channel."""
        name = f"Canal {self.run.faker.first_name()}"
        self.did("journey.start", tenant="1", channel_name=name, intended_s=self.intended_s)
        self.click("create", 201, 0.06)

    def click(self, action: str, status: int, takes_s: float) -> None:
        """A click and its answer."""
        self.did("click", action=action)
        self.t += takes_s
        body = {"id": self.channel} if status else None
        error = None if status else "ReadTimeout"
        reply = {"status_code": status, "duration_s": takes_s, "error": error, "body": body}
        self.did("reply", action=action, **reply)

    def seen(self, status: str, via: str = "socket", code: str | None = None, wrong: str | None = None) -> None:
        """The page shows a status."""
        self.did("seen", via=via, status=status, code=code, qr_error=wrong, number=None, name=None)

    def state(self, phase: str, cause: str) -> None:
        """The instance changes inside WhatsApp."""
        fields = {"instance_id": f"i-{self.instance}", "memory": phase, "database": phase, "cause": cause}
        self.run.at(self.t, "state", instance=self.instance, phase=phase, **fields)

    def webhook(self, event: str, data: Any, *, late_s: float = 0.0, status: int = 200, drop: str = "") -> None:
        """An event and what became of it."""
        self.events += 1
        event_id, delivery = f"e-{self.instance}-{self.events}", f"d-{self.instance}-{self.events}"
        about = {"event_id": event_id, "instance": self.instance, "event": event}
        self.run.at(self.t, "event", order=self.events, data=data, **about)
        url = "http://127.0.0.1:3100/webhook"
        offsets = [] if drop else [late_s]
        rules = [drop] if drop else []
        self.run.at(self.t, "plan", delivery=delivery, url=url, due_offsets_s=offsets, faults=rules, **about)
        if drop:
            self.run.at(self.t, "fault", rule=drop, fault="drop", delivery=delivery)
            return
        sent_s, took_s = self.t + late_s, 0.004 + self.run.rng.random() * 0.02
        outcome = {"outcome": "ok" if status < 400 else "fail", "status": status, "error": None}
        times = {"due_s": sent_s, "sent_s": sent_s, "lateness_ms": 0.4, "duration_s": took_s}
        self.run.at(sent_s + took_s, "attempt", delivery=delivery, attempt=1, copy=0, **outcome, **times, **about)

    def end(self, outcome: str, reason: str = "") -> None:
        """The journey is over; its sample is written."""
        times = {"time_to_qr_s": self.qr_s, "time_to_connected_s": self.connected_s}
        self.did("journey.end", outcome=outcome, reason=reason, connected=self.connected_s is not None, **times)
        sample = {"journey": self.name, "phase": self.phase, "intended_s": self.intended_s, "qr_s": self.qr_s}
        sample |= {"connected_s": self.connected_s, "outcome": outcome, "reason": reason}
        self.run.samples.append({**sample, "channel": self.channel})


def _ask_for_qr(one: SampleJourney, *, late_s: float = 0.0, drop: str = "") -> None:
    one.begin()
    one.state("closed", "create")
    one.click("start", 200, 0.12 + one.run.rng.random() * 0.2)
    one.seen("CONNECTING")
    one.state("starting", "connect")
    one.webhook("connection.update", {"state": "connecting"}, late_s=late_s)
    one.t += 0.3 + one.run.rng.lognormvariate(-0.6, 0.5)
    one.state("qr", "timer")
    one.run.at(one.t, "qr", instance=one.instance, instance_id="", count=1, code=one.code)
    one.webhook("qrcode.updated", {"qrcode": {"code": one.code}}, late_s=late_s, drop=drop)
    one.t += late_s


def _scan(one: SampleJourney) -> None:
    one.t += 0.03
    one.seen("QRCODE", code=one.code)
    one.qr_s = one.t - one.intended_s
    one.t += 0.8
    scan = {"number": one.run.faker.numerify("55119########"), "profile_name": one.run.faker.name()}
    one.run.at(one.t, "scan", instance=one.instance, code=one.code, verdict="linked", **scan)
    one.state("paired", "scan")
    one.t += 0.15
    one.state("opening", "restart")
    one.t += 0.25
    one.state("open", "login")


def good(one: SampleJourney, late_s: float = 0.0) -> None:
    """Everything as it should be."""
    _ask_for_qr(one, late_s=late_s)
    _scan(one)
    one.webhook("connection.update", {"state": "open"}, late_s=late_s)
    one.t += late_s + 0.05
    one.seen("CONNECTED")
    one.connected_s = one.t - one.intended_s
    one.click("disconnect", 200, 0.1)
    one.state("closed", "logout")
    one.webhook("connection.update", {"state": "close"})
    one.seen("DISCONNECTED")
    one.end("completed")


def late(one: SampleJourney) -> None:
    """It works, but the QR takes far too long."""
    good(one, late_s=11.0 + one.run.rng.random() * 3)


def no_qr(one: SampleJourney) -> None:
    """The QR's webhook is lost and nobody asks again."""
    _ask_for_qr(one, drop="lose-some")
    one.t += 28.0
    one.end("no_qr", "start: no new QR was shown in time; the channel last showed CONNECTING")


def wrong_status(one: SampleJourney) -> None:
    """The provider's own spelling reaches the page."""
    _ask_for_qr(one)
    _scan(one)
    one.webhook("connection.update", {"state": "open"}, status=500)
    one.t += 0.1
    one.seen("open<script>alert(1)</script>", via="list")
    one.t += 6.0
    one.end("not_connected", "CONNECTED was not shown in time; the channel last showed open")


def refused(one: SampleJourney) -> None:
    """The backend says no."""
    one.begin()
    one.click("start", 404, 0.05)
    one.end("refused", 'start: answered 404 {"error": "ERR_NO_WAPP_FOUND"}')


def cut_off(one: SampleJourney) -> None:
    """The run ends before the journey does."""
    one.begin()
    one.end("error", "interrupted")


Tale = Callable[[SampleJourney], None]


def live(run: SampleRun, tales: list[Tale], *, phase: str = "load", per_s: float = 4.0) -> None:
    """A journey for each tale, at an even rate."""
    run.at(0.0, "phase.start", phase=phase, scenario=phase, seed=run.seed, faults=[])
    for index, tale in enumerate(tales):
        tale(SampleJourney(run, f"{phase}-{100 + index}", phase, 1.0 + index / per_s))


def _lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
