"""The Canais page: files of our own, served as they are; the page talks to the same API as every other client."""

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent.parent / "page"
# Everything comes from this origin; a QR code is an image in the page itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


async def page(_: web.Request) -> web.FileResponse:
    """`GET /canais`."""
    return web.FileResponse(FOLDER / "index.html", headers=HEADERS)


async def part(request: web.Request) -> web.FileResponse:
    """`GET /canais/<file>`: a script, the style or the icon."""
    path = FOLDER / request.match_info["name"]
    if path.name not in PARTS_OF_PAGE:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=HEADERS)


async def front_door(_: web.Request) -> web.Response:
    """`GET /`: where people land."""
    return web.Response(status=302, headers={"Location": "canais"})


PARTS_OF_PAGE = frozenset(found.name for found in FOLDER.iterdir() if found.suffix in {".js", ".css", ".svg"})

ROUTES = (
    web.get("/", front_door),
    web.get("/canais", page),
    web.get("/canais/{name}", part),
)
