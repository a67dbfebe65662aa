"""The one door to Docker: what is wrong with it is said in one line, with what to do.

Docker's packages are loaded here and nowhere else, and only when somebody asks: the embedded stack needs none.
"""

import os
import socket
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from scenarios.stack.choices import StackChoices
from scenarios.stack.errors import StackError
from scenarios.stack.place import LOOPBACK, FakePlace

if TYPE_CHECKING:
    from docker import DockerClient

ANSWER_S = 20.0
POLL_S = 0.1
ELSEWHERE = "or leave --stack away to use the embedded one"


@cache
def testcontainers() -> Any:
    """The package, set up: we clean up ourselves, and everything is published on this machine alone."""
    try:
        import testcontainers.core.config as found  # noqa: PLC0415  see the module's docstring
    except ImportError as error:
        raise StackError(f"{error.name} is not installed: `pip install '.[harness]'`, {ELSEWHERE}") from error
    config = found.testcontainers_config
    config.ryuk_disabled = True  # its image need not be there; the reaper of ours needs none
    config.connection_mode_override = found.ConnectionMode.docker_host
    if not os.environ.get("DOCKER_HOST", "").startswith(("tcp:", "ssh:", "http")):
        config.tc_host_override = LOOPBACK
    config.sleep_time = POLL_S
    return config


def connect() -> "DockerClient":
    """Docker, when it answers; StackError with the reason when it does not."""
    testcontainers()
    from docker.errors import DockerException  # noqa: PLC0415
    from testcontainers.core.docker_client import DockerClient as Door  # noqa: PLC0415

    try:
        _knock()
        client = Door(timeout=ANSWER_S).client
        client.ping()
    except (DockerException, OSError) as error:
        raise StackError(_why(error)) from error
    return client


def _knock() -> None:
    """At a socket of this machine first: the error is plainer than what comes through Docker's package."""
    scheme, _, path = _address().partition("://")
    if scheme == "unix":
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(ANSWER_S)
            door.connect(path)


def _address() -> str:
    return os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def _why(error: BaseException) -> str:
    where = _address()
    text = str(error)
    if "Permission denied" in text:
        return f"no permission to use Docker at {where}: run as root, or join the group 'docker' and log in again"
    if "No such file" in text:
        return f"there is no Docker at {where}: install and start it, set DOCKER_HOST, {ELSEWHERE}"
    if "Connection refused" in text:
        return f"Docker at {where} does not run: start it, set DOCKER_HOST, {ELSEWHERE}"
    return f"Docker at {where} cannot be used ({' '.join(text.split())[:200]}): correct DOCKER_HOST, {ELSEWHERE}"


def require_image(client: "DockerClient", name: str, option: str) -> Any:
    """The image of that name: there, or pulled; StackError when it is neither."""
    from docker.errors import APIError, ImageNotFound  # noqa: PLC0415

    try:
        return client.images.get(name)
    except ImageNotFound:
        return _pulled(client, name, option)
    except APIError as error:
        raise StackError(f"{option} is {name!r}: {error.explanation}; legal: NAME[:TAG]") from error


def _pulled(client: "DockerClient", name: str, option: str) -> Any:
    from docker.errors import APIError  # noqa: PLC0415

    try:
        return client.images.pull(name)
    except APIError as error:
        why = " ".join(str(error.explanation or error).split())[:200]
        raise StackError(
            f"image {name} is not here and cannot be pulled ({why}): build or load it, or name another with {option}"
        ) from error


def place_on_bridge(choices: StackChoices) -> FakePlace:
    """Containers see this machine as the gateway of Docker's bridge; in front of a VM, Docker has a name for it."""
    if choices.fake_host is not None:
        return FakePlace(choices.fake_host, choices.fake_port, url=choices.fake_url)
    client = connect()
    try:
        configured = client.networks.get("bridge").attrs["IPAM"]["Config"] or [{}]
    finally:
        client.close()
    gateway = _gateway(configured[0])
    if gateway is not None and _is_here(gateway):
        return FakePlace(gateway, choices.fake_port, url=choices.fake_url)
    return FakePlace(LOOPBACK, choices.fake_port, seen_as="host.docker.internal", url=choices.fake_url)


def _gateway(configured: Mapping[str, str]) -> str | None:
    """Older Dockers name the network only: then the gateway is its first address."""
    if "Gateway" in configured:
        return configured["Gateway"]
    return str(next(ip_network(configured["Subnet"]).hosts())) if "Subnet" in configured else None


def _is_here(address: str) -> bool:
    """Whether this machine has the address."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
