"""Judging a journal of a million records by all invariants: processor time, and the most memory it takes.

The journal is made first, by `python -m load.bench.long_journal`; only the judging counts. Of the memory, pages of the
journal itself that happen to be mapped are a part.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from load.bench import long_journal
from load.bench.ground import Measures
from load.errors import BenchError

_RECORDS = 1_000_000
_KIB = 1 if sys.platform != "darwin" else 1 << 10
_COMMAND = (sys.executable, "-m", "scenarios", "judge")


async def measure() -> Measures:
    """Processor seconds for a million records, the peak of memory, and how many records there were."""
    with TemporaryDirectory() as place:
        path = Path(place) / "journal.jsonl"
        records = await asyncio.to_thread(long_journal.write, path, _RECORDS)
        cpu_s, peak_mib = await asyncio.to_thread(_judge, path)
    return {"cpu_s": cpu_s * _RECORDS / records, "peak_mib": peak_mib, "records": float(records)}


def _judge(path: Path) -> tuple[float, float]:
    process = subprocess.Popen((*_COMMAND, str(path)), stdout=subprocess.DEVNULL)  # noqa: S603  ourselves
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise BenchError(f"the judging of {path} ended with exit code {process.returncode}; expected 0, nothing broken")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / _KIB / 1024
