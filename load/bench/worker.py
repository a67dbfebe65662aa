"""One row in a process of its own: `python -m load.bench.worker ROW` prints its measures as one JSON line."""

import sys

import orjson
import uvloop

from load.bench.cores import pin
from load.bench.ground import FAKE_CORE, OTHER_CORE
from load.bench.rows import row

_DRIVES_ONLY = ("create",)  # whose fake is a process of its own, so this one is the client
_ANYWHERE = ("start", "schedule", "backend")  # whose processes run where the system puts them

if __name__ == "__main__":
    name = sys.argv[1]
    if name not in _ANYWHERE:
        pin(OTHER_CORE if name in _DRIVES_ONLY else FAKE_CORE)
    sys.stdout.write(orjson.dumps(uvloop.run(row(name).measure())).decode() + "\n")
