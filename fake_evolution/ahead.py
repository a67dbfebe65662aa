"""For a process that serves: the web framework is loaded beside what does not need it.

While it is loaded it reads all the machine's certificates, twice, and holds up nobody else meanwhile: about a sixth of
the time that a start takes.
"""

import threading
from contextlib import suppress


def _load_framework() -> None:
    with suppress(ImportError):  # raised again, where somebody can see it, by the first who needs the framework
        import aiohttp  # noqa: F401, PLC0415


threading.Thread(target=_load_framework, name="loading the web framework").start()

import fake_evolution.world  # noqa: E402, F401
