"""PostgreSQL and Redis in containers: on the run's own network, and on no port of this machine unless asked for."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scenarios.stack.errors import StackError
from scenarios.stack.place import LOOPBACK
from scenarios.stack.placeholders import Server
from scenarios.stack.services import PORT_TRIES, free_port

from .box import Box
from .docker_host import POLL_S, require_image
from .household import Household

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.network import Network

READY_S = 30
POSTGRES_PORT, REDIS_PORT = 5432, 6379
DATABASE = "backend"
ROLE = "harness"
# Nothing outlives the run, so nothing is worth the wait for a disk; what a killed server had committed is still there.
POSTGRES_COMMAND = ["postgres", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]


@dataclass(frozen=True, slots=True)
class ServerBox:
    """A server's container, its address inside the network, and its port on this machine if it has one."""

    box: Box
    inside: Server
    image: str
    wait_ready: Callable[[], None]
    published: int | None = None

    def start_again(self) -> None:
        """Start it on what it had kept, and wait until it answers; StackError when it does not."""
        self.box.start()
        try:
            self.wait_ready()
        except Exception as error:
            why = " ".join(str(error).split())[:200]
            raise StackError(f"{self.inside.host} did not come back: {why}", log_tail=self.box.tail()) from error


@dataclass(frozen=True, slots=True)
class Setting:
    """What the containers of a run share."""

    household: Household
    network: "Network"
    run_dir: Path


def make_network(household: Household) -> "Network":
    """A network of the run's own."""
    from testcontainers.core.network import Network  # noqa: PLC0415  loaded only where Docker is used

    network = Network(docker_network_kw={"labels": household.labels.as_mapping()})
    network.name = f"fake-evolution-{household.labels.run}"
    return network.create()


def start_postgres(setting: Setting, image: str, *, publish: bool) -> ServerBox:
    """PostgreSQL that answers; StackError with its last lines when it does not."""
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415
    from testcontainers.core.wait_strategies import ExecWaitStrategy  # noqa: PLC0415

    require_image(setting.household.client, image, "--postgres-image")
    password = secrets.token_hex(16)
    inside = Server("postgres", POSTGRES_PORT, user=ROLE, password=password, database=DATABASE)

    def make() -> "DockerContainer":
        made = PostgresContainer(image, username=ROLE, password=password, dbname=DATABASE)
        # With a password and over TCP: the image's first start has a server of its own that listens on a socket only.
        asks = f"PGPASSWORD={password} psql -qAt -h 127.0.0.1 -U {ROLE} -d {DATABASE} -c 'select 1'"
        return made.with_command(POSTGRES_COMMAND).waiting_for(_patient(ExecWaitStrategy(["sh", "-c", asks])))

    return _started(setting, make, inside=inside, image=image, publish=publish)


def start_redis(setting: Setting, image: str, *, publish: bool) -> ServerBox:
    """Redis that answers; StackError with its last lines when it does not."""
    from testcontainers.community.redis import RedisContainer  # noqa: PLC0415
    from testcontainers.core.wait_strategies import ExecWaitStrategy  # noqa: PLC0415

    require_image(setting.household.client, image, "--redis-image")

    def make() -> "DockerContainer":
        # Asked inside: its port is not published.
        return RedisContainer(image).waiting_for(_patient(ExecWaitStrategy(["redis-cli", "ping"])))

    return _started(setting, make, inside=Server("redis", REDIS_PORT), image=image, publish=publish)


def _patient(strategy: Any) -> Any:
    return strategy.with_startup_timeout(READY_S).with_poll_interval(POLL_S)


def _started(
    setting: Setting, make: Callable[[], "DockerContainer"], *, inside: Server, image: str, publish: bool
) -> ServerBox:
    """Start it; a port that somebody else took in the meantime is no reason to give up."""
    for attempt in range(PORT_TRIES):
        port = free_port() if publish else None
        container = make()
        _surround(container, setting, inside, port)
        try:
            container.start()
        except Exception as error:  # every strategy has exceptions of its own
            if port is not None and "already allocated" in str(error) and attempt + 1 < PORT_TRIES:
                container.stop()
                continue
            raise _not_ready(container, inside, image, error) from error
        box = Box(container.get_wrapped_container(), name=inside.host, log=setting.run_dir / f"{inside.host}.log")
        box.watch()
        return ServerBox(box, inside, image, partial(_wait_ready, container), port)
    raise StackError(f"no port of {LOOPBACK} stayed free for {inside.host}")


def _wait_ready(container: "DockerContainer") -> None:
    strategy = container._wait_strategy  # noqa: SLF001  there is no public way to wait once more
    assert strategy is not None  # noqa: S101  given above, always
    strategy.wait_until_ready(container)


def _surround(container: "DockerContainer", setting: Setting, inside: Server, port: int | None) -> None:
    container.with_network(setting.network).with_network_aliases(inside.host)
    container.with_kwargs(labels=setting.household.labels.as_mapping(), hostname=inside.host)
    container.with_name(f"fake-evolution-{setting.household.labels.run}-{inside.host}")
    # Without an address Docker would publish to everybody.
    ports = {str(inside.port): (LOOPBACK, port)} if port is not None else {}
    container.ports = cast("dict[str, int | None]", ports)  # pairs are what Docker's own package takes


def _not_ready(container: "DockerContainer", inside: Server, image: str, error: Exception) -> StackError:
    from docker.errors import DockerException  # noqa: PLC0415

    tail: list[str] = []
    if container._container is not None:  # noqa: SLF001  there is no public way to ask whether it was created
        try:
            tail = container.get_wrapped_container().logs(tail=20).decode(errors="replace").splitlines()
        except DockerException as unreadable:
            tail = [f"its log cannot be read: {unreadable}"]
    why = " ".join(str(error).split())[:200] or type(error).__name__
    return StackError(f"{inside.host} (image {image}) is not ready: {why}; give another image", log_tail=tail)
