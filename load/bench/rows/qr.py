"""Drawing a fresh QR code that a phone can read: 237 characters, level H, as a PNG data URL."""

import time

from fake_evolution import Rng, qr_data_url
from load.bench.ground import Measures

_CODES = 300
_CHARACTERS = 237


async def measure() -> Measures:
    """Processor time of the first one, which sets everything up, and of each of the others."""
    draws = Rng(1).keyed("bench")
    codes = [f"2@{draws.octets(150).hex()}"[:_CHARACTERS] for _ in range(_CODES)]
    started_s = time.process_time()
    qr_data_url(codes[0])
    first_s = time.process_time() - started_s
    started_s = time.process_time()
    sizes = [len(qr_data_url(code)) for code in codes]
    each_s = (time.process_time() - started_s) / _CODES
    return {"cpu_ms": each_s * 1000, "first_cpu_ms": first_s * 1000, "data_url_kb": sum(sizes) / _CODES / 1000}
