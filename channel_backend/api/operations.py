"""For whoever runs this backend: numbers, usage, and reconciling on demand."""

import hmac
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from aiohttp import web

from channel_backend.api.answering import answer
from channel_backend.api.parsing import body, identity, super_user
from channel_backend.api.parts import PARTS
from channel_backend.errors import ApiError
from channel_backend.flow.reconciling import Cause
from channel_backend.metrics import CONTENT_TYPE
from channel_backend.presenting import correction_json
from channel_backend.store.database import DATABASE_AWAY


class Scope(msgspec.Struct, rename="camel"):
    """The body of a request to reconcile: one tenant, or all."""

    tenant_id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None


async def metrics(request: web.Request) -> web.Response:
    """`GET /metrics`: Prometheus' text format; without the database, what this process knows."""
    operations = request.app[PARTS].operations
    token = operations.metrics_token
    if token is not None and not _has_token(request, token):
        raise ApiError(403, "ERR_METRICS_TOKEN: this needs the bearer token of CHANNEL_BACKEND_METRICS_TOKEN")
    try:
        facts = request.app[PARTS].seams.published(await operations.facts.read(datetime.now(UTC)))
    except DATABASE_AWAY:
        facts = None
    return web.Response(body=operations.metrics.exposition(facts), headers={"Content-Type": CONTENT_TYPE})


async def usage(request: web.Request) -> web.Response:
    """`GET /api/billing/tenant/usage`: what the own tenant uses and may use, counted from the rows."""
    who = identity(request)
    found = await request.app[PARTS].operations.usage.of_tenant(who.tenant_id, datetime.now(UTC))
    if found is None:
        raise ApiError(404, f"ERR_NO_TENANT_FOUND: there is no tenant {who.tenant_id}")
    return answer(request.app[PARTS].seams.usage_json(found))


async def reconcile(request: web.Request) -> web.Response:
    """`POST /api/admin/reconcile`: ask Evolution about every session, and compare every counter, now."""
    super_user(request)
    operations = request.app[PARTS].operations
    tenant_id = (await body(request, Scope)).tenant_id
    if tenant_id is not None and await operations.usage.of_tenant(tenant_id, datetime.now(UTC)) is None:
        raise ApiError(404, f"tenantId: there is no tenant {tenant_id}")
    channels = await operations.reconciling.channels(tenant_id)
    counters = await operations.reconciling.usage(tenant_id, Cause.REQUEST)
    return answer(
        {
            "channels": {
                "checked": channels.checked,
                "corrected": channels.corrected,
                "unanswered": channels.unanswered,
            },
            "usage": {
                "checked": counters.checked,
                "corrected": len(counters.corrections),
                "audit": [correction_json(correction) for correction in counters.corrections],
            },
        }
    )


ROUTES = (
    web.get("/metrics", metrics),
    web.get("/api/metrics", metrics),
    web.get("/api/billing/tenant/usage", usage),
    web.post("/api/admin/reconcile", reconcile),
)


def _has_token(request: web.Request, token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(errors="surrogateescape"), token.encode())
