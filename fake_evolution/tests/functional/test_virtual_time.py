"""Tests of virtual time: long stretches of a fake's life, exactly, in a blink."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from fake_evolution import Config, ConfigError, World, operations, phones
from fake_evolution.errors import StuckError
from fake_evolution.plan import Answer, Outcome, Webhook
from fake_evolution.virtual_time import VirtualFake, run_virtually, virtual_clock, virtual_pause

DAY_S = 86_400.0
HOOK = {"url": "http://backend.test/hook", "events": []}
CREATE = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "webhook": HOOK, "qrcode": True}
NO_JITTER = {"WEBHOOK_RETRY_JITTER_FACTOR": "1e-12"}  # 0 stands for the default, as in the real server


class Backend:
    """Answers webhooks with these statuses, then with 200; every answer takes `takes_s` seconds."""

    def __init__(self, *statuses: int, takes_s: float = 0.0) -> None:
        self.statuses, self.takes_s = list(statuses), takes_s

    async def receive(self, _webhook: Webhook) -> Answer:
        """One webhook."""
        await virtual_pause(self.takes_s)
        status = self.statuses.pop(0) if self.statuses else 200
        return Answer(Outcome.OK if status == 200 else Outcome.FAIL, status=status)


def sent(fake: VirtualFake) -> list[float]:
    """When attempts left, since the first one."""
    found = [record["sent_s"] for record in fake.journal.after(0, kind="attempt")]
    return [round(moment - found[0], 6) for moment in found]


async def emitted_once(backend: Backend, seconds: float, **server_env: str) -> VirtualFake:
    """A fake that has emitted one event, that many seconds ago."""
    async with VirtualFake(backend.receive, config=Config(server_env=server_env)) as fake:
        await operations.create(fake.engine, {**CREATE, "qrcode": False}, instances_max=1)
        await fake.pass_time(seconds)
    return fake


def test_twenty_minutes_of_retries_are_exact() -> None:
    """Ten attempts, each at its very moment: 5 s, doubled up to 300 s; then the webhook is given up."""
    fake = run_virtually(emitted_once(Backend(*[500] * 11), 7200, **NO_JITTER))

    assert sent(fake) == [0, 5, 15, 35, 75, 155, 315, 615, 915, 1215]
    assert {record["lateness_ms"] for record in fake.journal.after(0, kind="attempt")} == {0.0}


def test_jitter_stays_within_a_fifth() -> None:
    """With the real server's jitter every wait is within 20 % of its base, and never below the first one."""
    fake = run_virtually(emitted_once(Backend(*[500] * 11), 7200))

    waits = [later - earlier for earlier, later in pairwise(sent(fake))]
    bases = [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert all(max(5, 0.8 * base) <= wait <= 1.2 * base for wait, base in zip(waits, bases, strict=True))
    assert waits != bases


def test_timeout_is_part_of_the_schedule() -> None:
    """A receiver that hangs costs 30 seconds before the first wait begins."""
    fake = run_virtually(emitted_once(Backend(200, takes_s=40), 300, **NO_JITTER, WEBHOOK_REQUEST_TIMEOUT_MS="30000"))

    assert sent(fake)[:4] == [0, 35, 75, 125]
    (first, *_) = fake.journal.after(0, kind="attempt")
    assert (first["outcome"], first["error"], first["duration_s"]) == ("unknown", "no answer within 30 s", 30)


async def day(backend: Backend) -> list[str]:
    """A channel from create to delete: unscanned for a while, paired, in trouble, unlinked, paired again."""
    async with VirtualFake(backend.receive, world=World()) as fake:
        engine = fake.engine
        await operations.create(engine, CREATE, instances_max=1)
        await fake.pass_time(600)
        await operations.connect(engine, "sales", None)
        for hour in range(23):
            if hour in (1, 12):
                await operations.connect(engine, "sales", None)
                phones.scan(engine, code=None, instance="sales", number="5531988887777", profile_name="Ana")
            if 2 < hour < 11:
                phones.act(engine, "sales", "lose-connection", code=None, for_s=90)
            if hour == 11:
                phones.act(engine, "sales", "unlink", code=None, for_s=None)
            await fake.pass_time(3600)
        await operations.delete(engine, "sales")
        await fake.pass_time(DAY_S - fake.clock.now())
        assert fake.clock.now() == DAY_S
        return [record["event"] for record in fake.journal.after(0, kind="event")]


def test_day_of_a_channel_takes_less_than_a_second() -> None:
    """A whole day with all that can happen in it, twice alike, each in less than a second of work."""
    started_s = time.process_time()
    first = run_virtually(day(Backend(500, takes_s=0.2)))
    took_s = time.process_time() - started_s

    assert took_s < 1.0
    assert first == run_virtually(day(Backend(500, takes_s=0.2)))
    assert first.count("qrcode.updated") > 30
    assert first[-1] == "remove.instance"


def test_wait_for_nothing_is_an_error() -> None:
    """Where a real loop would hang for ever, the virtual one says so."""

    async def hang() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(StuckError, match="nothing is due"):
        run_virtually(hang())


async def long_sleep() -> float:
    """A year, in one go and in many small steps."""
    clock = virtual_clock()
    await virtual_pause(365 * DAY_S)
    for _ in range(1000):
        await virtual_pause(0.001)
    return clock.now()


def test_loop_does_not_wait_and_loses_nothing() -> None:
    """Time is what was slept, exactly enough, after a year as after a second."""
    assert run_virtually(long_sleep()) == pytest.approx(365 * DAY_S + 1, abs=1e-4)


async def test_virtual_clock_needs_a_virtual_loop() -> None:
    """In a loop of real time there is no virtual clock; the sentence says what to do."""
    story: Callable[[], Coroutine[Any, Any, float]] = long_sleep

    with pytest.raises(ConfigError, match="run_virtually"):
        await story()
