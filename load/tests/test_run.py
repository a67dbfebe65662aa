"""Tests of whole load runs: Locust as a process, journeys on the adapter in memory."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from fake_evolution import read_journal
from load.samples import INTERRUPTED, read_samples

pytestmark = pytest.mark.stack


@dataclass
class LoadProcess:
    """A started `python -m load run`."""

    out: Path
    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    async def until(self, pattern: str) -> None:
        """Read its lines up to one that fits."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().rstrip())
            if re.search(pattern, self.lines[-1]):
                return
        raise AssertionError(f"no line with {pattern} in {self.lines}")

    async def ended(self) -> int:
        """Its exit code, after reading what it still says."""
        rest, _ = await self.process.communicate()
        self.lines += rest.decode().splitlines()
        return await self.process.wait()


async def start(tmp_path: Path, **target: Any) -> LoadProcess:
    """A load against the adapter in memory, with these settings."""
    path = tmp_path / "target.json"
    path.write_text(json.dumps({"adapter": "echo", "url": "http://127.0.0.1:9", "arrivals_per_s": 50, **target}))
    out = tmp_path / "out"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "load", "run", "--target", str(path), "--out", str(out)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    return LoadProcess(out, process)


@pytest.fixture
async def broken_phone() -> AsyncIterator[str]:
    """A control API that is healthy and cannot scan."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({})

    async def scan(_: web.Request) -> web.Response:
        return web.json_response({"error": "the lens is dirty"}, status=500)

    app = web.Application()
    app.add_routes([web.get("/health", health), web.post("/scan", scan)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_every_arrival_leaves_one_sample(tmp_path: Path) -> None:
    """A run ends by itself with a sample and a recorded journey for each arrival, at its own time."""
    run = await start(tmp_path, channels=12, channels_each=5, journey={"reaction_s": 0.05})

    code = await run.ended()

    samples = sorted(read_samples(run.out / "samples.ndjson"), key=lambda one: one.intended_s)
    gaps = {round(late.intended_s - early.intended_s, 6) for early, late in pairwise(samples)}
    records = read_journal(run.out / "load-journal.jsonl")
    assert (code, len(samples), gaps) == (0, 12, {0.02})
    assert {sample.outcome for sample in samples} == {"completed"}
    assert len({record["tenant"] for record in records if record.kind == "journey.start"}) == 3
    assert [records[0].kind, records[-1].kind] == ["phase.start", "phase.end"]
    assert run.lines[-1].startswith("load 12/12 opened, 12 ended, 12 connected, 0 failed, QR p95 ")


async def test_a_missing_user_does_not_move_the_intended_time(tmp_path: Path) -> None:
    """With a single user the later journeys begin late, and that time is theirs: no coordinated omission."""
    run = await start(tmp_path, channels=4, users_max=1, journey={"reaction_s": 0.4})

    code = await run.ended()

    samples = sorted(read_samples(run.out / "samples.ndjson"), key=lambda one: one.intended_s)
    assert code == 0
    assert samples[3].intended_s - samples[0].intended_s == pytest.approx(0.06)
    assert samples[3].qr_s > 3 * 0.4 - 0.06
    assert samples[3].qr_s - samples[0].qr_s > 2 * 0.4


async def test_sigterm_keeps_what_was_recorded(tmp_path: Path) -> None:
    """Journeys that are cut off are on record as interrupted, and Locust is gone."""
    run = await start(tmp_path, channels=3, journey={"reaction_s": 60})
    await run.until(r"load 3/3 opened")

    run.process.send_signal(signal.SIGTERM)
    code = await run.ended()

    samples = read_samples(run.out / "samples.ndjson")
    assert code == 128 + signal.SIGTERM
    assert [(one.outcome, one.reason) for one in samples] == [("error", INTERRUPTED)] * 3
    assert {one.channel for one in samples} == {"1", "2", "3"}
    assert read_journal(run.out / "load-journal.jsonl")[-1].kind == "phase.end"
    assert "3 journeys were cut off and count as neither" in run.lines[-1]


async def test_an_error_of_the_harness_is_no_failed_journey(tmp_path: Path, broken_phone: str) -> None:
    """When our own side breaks, the samples say error and the run says 3."""
    run = await start(tmp_path, channels=2, control_url=broken_phone, journey={"reaction_s": 0.0})

    code = await run.ended()

    assert code == 3
    assert {one.outcome for one in read_samples(run.out / "samples.ndjson")} == {"error"}
    assert any("ended by an error of the harness" in line for line in run.lines)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"adapter": "zechat"}, 4, "control_url is null, and the adapter 'zechat' has no phone of its own"),
        ({"control_url": "http://127.0.0.1:9"}, 1, "nothing with a phone answers at http://127.0.0.1:9"),
        ({"adapter": "eco"}, 4, "unknown adapter 'eco'; known: echo, zechat"),
        ({"channels": 0}, 4, "load: target .*: channels is 0; legal"),
    ],
)
async def test_what_cannot_begin_says_why(tmp_path: Path, change: dict[str, Any], code: int, said: str) -> None:
    """One clear line and the exit code for it; no journey is invented."""
    run = await start(tmp_path, **change)

    found = await run.ended()

    assert found == code
    assert re.search(said, run.lines[-1])
    assert "Traceback" not in "\n".join(run.lines)
    assert not (run.out / "samples.ndjson").exists() or not read_samples(run.out / "samples.ndjson")


async def test_a_backend_that_lets_nobody_in_is_said(tmp_path: Path, broken_phone: str) -> None:
    """Without a tenant there is nothing to measure: exit 1, with what the backend answered."""
    run = await start(tmp_path, adapter="zechat", control_url=broken_phone)

    assert await run.ended() == 1
    assert run.lines[-1].startswith("load cannot begin: no tenant at http://127.0.0.1:9")


async def test_a_used_directory_is_refused(tmp_path: Path) -> None:
    """Two loads never mix their samples."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "load-journal.jsonl").touch()
    run = await start(tmp_path)

    assert await run.ended() == 4
    assert "give another directory" in run.lines[-1]
