"""/manager and /assets: the place of the web interface, which is not imitated."""

from fake_evolution.api.call import Call, Guard, Reply, Route, absent_route

_HTML = "text/html; charset=utf-8"
_PAGE = (
    "<!doctype html><html><head><title>Evolution Manager</title></head>"
    "<body><p>This is a fake Evolution API; the manager's pages are not imitated.</p></body></html>"
)


async def page(call: Call) -> Reply:
    """One page in the place of all; none where the manager is switched off."""
    if not call.engine.settings.shows_manager:
        raise absent_route()
    return Reply(200, _PAGE, _HTML)


async def asset(call: Call) -> Reply:
    """No asset is there, and nobody gets out of their folder."""
    if ".." in call.path:
        return Reply(403, "Forbidden", _HTML)
    return Reply(404, "File not found", _HTML)


ROUTES = (
    Route("GET", "/manager", page, Guard.NONE),
    Route("GET", "/manager/{rest:(?s:.*)}", page, Guard.NONE),
    Route("GET", "/assets/{rest:(?s:.*)}", asset, Guard.NONE),
)
