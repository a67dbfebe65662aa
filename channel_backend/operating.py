"""What running this backend takes beside its work: numbers, limits, usage, reconciling."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend.config import Config
from channel_backend.counters import UsageCounters
from channel_backend.flow.applying import Applying
from channel_backend.flow.reconciling import Reconciling
from channel_backend.login_limits import LoginLimits
from channel_backend.metrics import Metrics
from channel_backend.seams import Seams
from channel_backend.store.adoption import Roster
from channel_backend.store.facts import FactsReader
from channel_backend.store.usage import UsageBook


@dataclass(frozen=True, slots=True)
class Operations:
    """The parts of running it, as the routes see them."""

    metrics: Metrics
    counters: UsageCounters
    facts: FactsReader
    usage: UsageBook
    reconciling: Reconciling
    login_limits: LoginLimits
    proxies: int
    metrics_token: str | None

    def tasks(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        """What goes on as long as the process lives, by name."""
        return {"usage counters": self.counters.run, "reconciling": self.reconciling.run}


def operations(
    config: Config,
    engine: AsyncEngine,
    redis: Redis,
    *,
    applying: Applying,
    metrics: Metrics,
    counters: UsageCounters,
    seams: Seams,
) -> Operations:
    """Put them together; `metrics` and `counters` come from outside because the work itself counts with them."""
    usage = UsageBook(engine)
    return Operations(
        metrics=metrics,
        counters=counters,
        facts=FactsReader(engine),
        usage=usage,
        reconciling=Reconciling(
            roster=Roster(engine, config.patience),
            applying=applying,
            counters=counters,
            usage=usage,
            interval_s=config.reconcile_interval_s,
            adopt=seams.adopt,
        ),
        login_limits=LoginLimits(redis, config.login_policy, seams.wait_before_login),
        proxies=config.proxies,
        metrics_token=config.metrics_token,
    )
