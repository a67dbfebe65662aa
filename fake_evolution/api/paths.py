"""Paths whose placeholders are whole segments, matched segment by segment.

The framework compiles a regular expression for every such path, which is a large part of the time that a server with
two hundred of them takes to start.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.web_urldispatcher import Resource
from yarl import URL

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_route(app: web.Application, method: str, path: str, endpoint: Endpoint) -> None:
    """Register an endpoint; paths with other placeholders than whole segments are the framework's."""
    if "{" not in path or ":" in path:
        app.router.add_route(method, path, endpoint)
        return
    resource = SegmentPath(path)
    app.router.register_resource(resource)
    resource.add_route(method, endpoint)


class SegmentPath(Resource):
    """A path like `/instance/connect/{instance}`; a placeholder takes one segment that is not empty."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._pattern = path
        self._segments = [(part, part[1:-1] if part.startswith("{") else None) for part in path.split("/")]

    @property
    def canonical(self) -> str:
        """The path with its placeholders."""
        return self._pattern

    def add_prefix(self, prefix: str) -> None:
        """Put this before the path."""
        SegmentPath.__init__(self, prefix + self._pattern)

    def raw_match(self, path: str) -> bool:
        """Whether it is written the same."""
        return path == self._pattern

    def get_info(self) -> Any:
        """What tools show of it."""
        return {"formatter": self._pattern}

    def url_for(self, **parts: str) -> URL:
        """The address with these segments."""
        return URL.build(path=self._pattern.format_map(parts))

    def _match(self, path: str) -> dict[str, str] | None:
        given = path.split("/")
        if len(given) != len(self._segments):
            return None
        found: dict[str, str] = {}
        for (literal, name), segment in zip(self._segments, given, strict=True):
            if name is None:
                if segment != literal:
                    return None
            elif not segment:
                return None
            else:
                found[name] = segment.replace("%2F", "/").replace("%25", "%")
        return found
