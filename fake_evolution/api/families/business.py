"""/business: getCatalog and getCollections; nobody here has any."""

from collections.abc import Awaitable, Callable

from fake_evolution.accounts import without_business
from fake_evolution.api.bodies.small import CATALOG
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.api.meta_errors import meta_style


def _handler(context: str, method: str) -> Callable[[Call], Awaitable[Reply]]:
    async def handler(call: Call) -> Reply:
        with meta_style(call, context):
            body = checked(call, CATALOG)
            asked_instance(call, method)
            return Reply(200, await without_business(call.engine, call.instance, body.get("number")))

    return handler


ROUTES = (
    Route("POST", "/business/getCatalog/{instance}", _handler("business_catalog", "fetchCatalog"), since="2.3.0"),
    Route(
        "POST",
        "/business/getCollections/{instance}",
        _handler("business_collections", "fetchCollections"),
        since="2.3.0",
    ),
)
