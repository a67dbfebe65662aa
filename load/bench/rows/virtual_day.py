"""One day of a channel's life in virtual time: paired, cut off every hour, unlinked, paired again, with messages."""

import asyncio
import time

from fake_evolution import Answer, Outcome, VirtualFake, Webhook, run_virtually
from load.bench.ground import Measures

_HOUR_S = 3600.0
_HOURS = 24
_WEBHOOK = {"url": "http://backend.test/hook", "events": []}
_CREATE = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "qrcode": True, "webhook": _WEBHOOK}


async def measure() -> Measures:
    """Processor time of the day, and how many events it had."""
    started_s = time.process_time()
    events = await asyncio.to_thread(run_virtually, _day())
    return {"cpu_s": time.process_time() - started_s, "events": events}


async def _receive(_webhook: Webhook) -> Answer:
    await asyncio.sleep(0.05)  # virtual seconds
    return Answer(Outcome.OK, status=200)


async def _day() -> int:
    async with VirtualFake(_receive) as fake:
        await fake.create(_CREATE)
        await fake.pass_time(600)
        for hour in range(_HOURS):
            if hour in (0, 12):
                await fake.connect("sales")
                fake.scan("sales")
            elif hour == _HOURS // 2 - 1:
                fake.phone("sales", "unlink")
            else:
                fake.phone("sales", "lose-connection", for_s=60)
            await fake.pass_time(_HOUR_S)
        return sum(1 for _ in fake.journal.after(0, kind="event"))
