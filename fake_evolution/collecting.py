"""Garbage, rarely collected: for a process that serves nothing but a fake.

What a fake keeps (instances, journal records) lives long, and hardly anything of it is in cycles. With Python's own
thresholds every few hundred webhooks a collection walks over thousands of records for nothing, and from tens of
thousands of instances on the full ones alone decide how late webhooks are.
"""

import gc

_YOUNG_MAX = 50_000
_MIDDLE_EVERY = 20
_FULL_EVERY = 1000


def collect_rarely() -> None:
    """Set aside what exists by now, and look for garbage among what is new less often; for the whole process.

    There is no collection first: after a start it finds next to nothing, and takes a tenth of the time of a start.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG_MAX, _MIDDLE_EVERY, _FULL_EVERY)
