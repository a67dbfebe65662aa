"""The API's description of itself, QR images to look at, and the dashboard."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from fake_evolution.api.asked import PREFIX, Control, answer
from fake_evolution.api.call import DESCRIPTION, ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.domain.states import Phase
from fake_evolution.errors import IllegalSignalError, unknown_name
from fake_evolution.qr import qr_png

_FILES = Path(__file__).parents[1] / "dashboard"
_MEDIA: Mapping[str, str] = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}


async def openapi(request: web.Request) -> web.Response:
    """The description of this API, an OpenAPI document."""
    return answer(request.app[DESCRIPTION]())


async def qr_image(request: web.Request) -> web.Response:
    """The QR code that links the instance right now, as the image that its webhook carries."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    found = engine.instance(name)
    if found.phase is not Phase.QR or found.qr.code is None:
        raise IllegalSignalError(
            f"instance '{name}' shows no QR code while it is '{found.phase}'; legal while: {Phase.QR}"
        )
    image = qr_png(found.qr.code, color=engine.settings.qrcode_color)
    return web.Response(body=image, content_type="image/png", headers={"Cache-Control": "no-store"})


async def page(_request: web.Request) -> web.Response:
    """The dashboard: instances, their QR codes and phones, faults, the clock and the journal, live."""
    return _file("index.html")


async def to_page(_request: web.Request) -> web.Response:
    """The dashboard's address without its slash leads to it."""
    return web.Response(status=308, headers={"Location": f"{PREFIX}/ui/"})


async def part(request: web.Request) -> web.Response:
    """A file of the dashboard."""
    return _file(request.match_info["file"])


def _file(name: str) -> web.Response:
    known = _files()
    if name not in known:
        return answer({"error": unknown_name("file of the dashboard", name, known), "kind": "unknown-file"}, 404)
    media = _MEDIA[Path(name).suffix]
    return web.Response(body=known[name], content_type=media, charset="utf-8", headers=_HEADERS)


@cache
def _files() -> Mapping[str, bytes]:
    return {file.name: file.read_bytes() for file in _FILES.iterdir() if file.suffix in _MEDIA}


ENDPOINTS: Endpoints = (
    Control("GET", "/openapi.json", openapi, dict[str, Any]),
    Control("GET", "/instances/{name}/qr.png", qr_image, None, media="image/png", also=NOT_NOW),
    Control("GET", "/ui", to_page, None, status=308, media="text/plain", open_to_all=True),
    Control("GET", "/ui/", page, None, media="text/html", open_to_all=True),
    Control("GET", "/ui/{file}", part, None, media="text/plain", open_to_all=True, also={404: "No such file."}),
)
