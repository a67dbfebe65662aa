"""Tests of the fake when more is asked of it than goes out, and when it is killed over its work."""

import asyncio
import signal
import sys
from pathlib import Path

from fake_evolution import MonotonicClock, read_journal
from fake_evolution.scheduler import Scheduler
from fake_evolution.tests.receiver import OK, Receiver
from fake_evolution.tests.stage import Stage

DELIVERIES = 10_000
SERVES_UNTIL_KILLED = """
import asyncio, sys
from pathlib import Path
from fake_evolution import Config, FakeServer, operations

async def work(url, journal):
    async with FakeServer(Config(journal=Path(journal), webhooks_waiting_a_target_max=20_000)) as fake:
        body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "webhook": {"url": url, "events": []}}
        await operations.create(fake.engine, body, instances_max=1)
        for number in range(%d):
            fake.emit("sales", "messages.upsert", {"number": number, "text": "x" * 500})
            await asyncio.sleep(0)
        print("emitted", flush=True)
        await asyncio.Event().wait()

asyncio.run(work(*sys.argv[1:]))
"""


async def test_congested_scheduler_goes_on_slowly() -> None:
    """While there is congestion a few actions run a turn and the rest waits; nothing is lost or out of order."""
    clock, ran, congested = MonotonicClock(rate=0), list[int](), True
    scheduler = Scheduler(clock, on_bug=lambda _bug: None, congested=lambda: congested)
    for number in range(100):
        scheduler.at(1.0, lambda number=number: ran.append(number))  # type: ignore[misc]  # bound early
    clock.advance(3)

    scheduler._run_due()
    during, overdue_s = list(ran), scheduler.overdue_s
    congested = False
    scheduler._run_due()

    assert (during, overdue_s) == (list(range(8)), 2.0)
    assert (ran, scheduler.waiting, scheduler.overdue_s) == (list(range(100)), 0, 0.0)


async def test_backlog_is_told_in_health_and_journal() -> None:
    """A receiver that does not keep up is seen while it lasts, and everything arrives in the end."""
    async with (
        Receiver(lambda _number: None) as receiver,
        Stage(connections_a_target_max=1, webhooks_waiting_soft_max=5) as stage,
    ):
        hook = {"url": receiver.url, "events": []}
        body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "webhook": hook}
        await stage.call("POST", "/instance/create", body)
        for number in range(20):
            stage.fake.engine.scheduler.at(0.0, lambda number=number: stage.fake.emit("sales", "call", [number]))  # type: ignore[misc]
        await receiver.count(1)
        stage.fake._scheduler._run_due()
        health = await stage.control.health()
        receiver.answer = lambda _number: OK
        receiver.lines[0].writer.write(OK)
        await receiver.count(21)

        assert health["in_flight"] >= 5
        assert stage.records("backlog")[0]["webhooks"] >= 5


async def test_killed_fake_leaves_a_journal_that_loads(tmp_path: Path) -> None:
    """SIGKILL in the middle of 10,000 deliveries loses at most the line that was being written."""
    path = tmp_path / "journal.jsonl"
    async with Receiver() as receiver:
        script = SERVES_UNTIL_KILLED % DELIVERIES
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, receiver.url, str(path))
        await receiver.count(DELIVERIES // 4)

        process.send_signal(signal.SIGKILL)
        await process.wait()

    records = read_journal(path)
    answered = [record for record in records if record.kind == "attempt"]
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert 0 < len(answered) < DELIVERIES
    assert len(records) >= path.read_bytes().count(b"\n")
