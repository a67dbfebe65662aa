"""Reads the samples of a run directory, judges them, and writes acceptance.json beside them."""

from pathlib import Path
from typing import Any

import orjson

from load.acceptance import acceptance
from load.budgets import BUDGETS, read_limits
from load.errors import SamplesError
from load.samples import FILE_NAME, read_samples

ACCEPTANCE = "acceptance.json"
PHASE = "load"


def judge(run_dir: Path, *, phase: str = PHASE, budgets: Path = BUDGETS) -> dict[str, Any]:
    """The acceptance block of the load phase, as written to `acceptance.json`."""
    if not run_dir.is_dir():
        raise SamplesError(f"'{run_dir}' is no directory; give the run directory that holds {FILE_NAME}")
    limits = read_limits(budgets)
    samples = [sample for sample in read_samples(run_dir / FILE_NAME) if sample.phase == phase]
    judged = acceptance(samples, limits)
    target = run_dir / ACCEPTANCE
    try:
        target.write_bytes(orjson.dumps(judged, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise SamplesError(f"{target} cannot be written: {error.strerror}") from error
    return judged


def sentence(judged: dict[str, Any]) -> str:
    """The acceptance block in one line, for a terminal."""
    success, qr = judged["connect_success"], judged["time_to_qr"]
    p95 = f"{qr['p95_s']:.2f} s" if qr["p95_s"] is not None else "never"
    return (
        f"connect success {success['verdict']}: {success['n'] - success['failures']} of {success['n']}, "
        f"at least {success['lower_95']:.1%} with 95 % confidence; "
        f"time to QR {qr['verdict']}: p95 {p95}, {qr['within']} of {qr['n']} within {qr['limit_s']:g} s"
    )
