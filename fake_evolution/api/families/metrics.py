"""GET /metrics: what the server counts, when it is switched on."""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error

from fake_evolution import metrics
from fake_evolution.api.call import Call, Guard, Reply, Route, absent_route
from fake_evolution.server_settings import MetricsSettings

_HTML = "text/html; charset=utf-8"
_PLAIN = "text/plain; version=0.0.4; charset=utf-8"
_REALM = {"www-authenticate": 'Basic realm="Evolution API Metrics"'}


async def read(call: Call) -> Reply:
    """The metrics, for addresses and users that may read them."""
    settings = call.engine.settings.metrics
    if not settings.enabled:
        raise absent_route()
    listed = settings.allowed_addresses
    if listed and call.engine.profile.metrics_refuses_addresses and call.address not in listed:
        return Reply(403, "Forbidden: IP not allowed", _HTML)
    refused = _refused(call, settings) if settings.auth_required else None
    return refused or Reply(200, metrics.text(call.engine), _PLAIN)


def _refused(call: Call, settings: MetricsSettings) -> Reply | None:
    if not settings.user or not settings.password:
        return Reply(500, "Metrics authentication not configured", _HTML)
    scheme, _, given = (call.authorization or "").partition(" ")
    if scheme != "Basic":
        return Reply(401, "Authentication required", _HTML, _REALM)
    if not _same(given, f"{settings.user}:{settings.password}"):
        return Reply(401, "Invalid credentials", _HTML)
    return None


def _same(given: str, wanted: str) -> bool:
    try:
        return hmac.compare_digest(b64decode(given), wanted.encode())
    except (Base64Error, ValueError):
        return False


ROUTES = (Route("GET", "/metrics", read, Guard.NONE, since="2.3.3"),)
