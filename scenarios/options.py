"""What a run was asked for: one frozen value, checked once at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.dsl import Scenario
from scenarios.stack.choices import StackChoices

RUN_ROOT = Path("reports/runs")
DEFECTS, DEFECTS_ALLOWED = "CHANNEL_BACKEND_DEFECTS", "CHANNEL_BACKEND_ALLOW_DEFECTS"
"""How the reference backend is told which defects to have."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The load phase: how many channels, how fast."""

    channels: int = 60
    arrivals_per_s: float = 2.0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """A run: which scenarios on which backend, whether the load follows, and what is still legal."""

    label: str
    seed: int
    scenarios: tuple[tuple[Scenario, int], ...]
    load: LoadOptions | None
    repeat: str
    sut: str = "zechat"
    stack: str = "embedded"
    run_root: Path = RUN_ROOT
    lateness_ms_max: float = 250.0
    choices: StackChoices = field(default_factory=StackChoices)
    backend_env: Mapping[str, str] = field(default_factory=dict, repr=False)
