"""Which version of the server has a route first, as data; what is not named here is in all of them."""

from collections.abc import Mapping

from fake_evolution.profiles import version_order

# Beginnings of paths.
SINCE: Mapping[str, str] = {
    "/business/": "2.3.0",
    "/chat/findChatByRemoteJid/": "2.3.1",
    "/evoai/": "2.3.0",
    "/kafka/": "2.3.4",
    "/metrics": "2.3.3",
    "/n8n/": "2.3.0",
    "/nats/": "2.3.0",
}


def first_version(path: str) -> tuple[int, ...]:
    """The first version that has the route of this path, as numbers; none for those that were always there."""
    return next((version_order(version) for start, version in SINCE.items() if path.startswith(start)), ())
