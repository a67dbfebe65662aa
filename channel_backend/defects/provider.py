"""What Evolution is asked, and what it is left with."""

from dataclasses import replace
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from channel_backend.api.parts import PARTS, Parts
from channel_backend.defects.base import Defect
from channel_backend.errors import EvolutionRefusedError
from channel_backend.events import Qr
from channel_backend.evolution.client import Evolution
from channel_backend.evolution.subscription import Subscription, create_body
from channel_backend.flow.removal import Rest


class _NotEnabled(Subscription):
    """What `POST /webhook/set` refuses."""

    def as_set(self) -> dict[str, object]:
        """Without the one field that it requires."""
        return {name: value for name, value in self.as_created().items() if name != "enabled"}


def _without_webhook(instance: str, subscription: Subscription) -> dict[str, Any]:
    return {name: value for name, value in create_body(instance, subscription).items() if name != "webhook"}


async def _subscribes_in_vain(evolution: Evolution, instance: str, subscription: Subscription) -> Qr | None:
    qr = await evolution.create(instance, subscription)
    try:
        await evolution.subscribe(instance, _NotEnabled(subscription.url, subscription.key, subscription.session))
    except EvolutionRefusedError:
        return qr
    return qr


@web.middleware
async def _one_more_by_name(request: web.Request, handler: Handler) -> web.StreamResponse:
    reply = await handler(request)
    if request.method == "POST" and request.path.rstrip("/") == "/api/whatsapp/whatsapp":
        name = (await request.json())["name"]
        request.app[PARTS].background.start(_made_by_name(request.app[PARTS], name), "an instance by name")
    return reply


async def _made_by_name(parts: Parts, name: str) -> None:
    await parts.openings.evolution.create(name, Subscription(parts.openings.webhook_url, "none", 0))


async def _leaves_it(_evolution: Evolution, _instance: str, _rest: Rest) -> None:
    """The row says DISCONNECTED; that will do."""


DEFECTS = (
    Defect(
        id="two-instances",
        stands_for="G2, I30",
        origin="observed B10",
        seen="Evolution fills with instances by the channels' names that nobody uses and nobody removes",
        around=lambda: _one_more_by_name,
    ),
    Defect(
        id="orphan-on-disconnect",
        stands_for="I30",
        origin="observed B10, section 5",
        seen="the page says disconnected, and the phone is linked as ever",
        seams=lambda seams: replace(seams, remove_instance=_leaves_it),
    ),
    Defect(
        id="manager-routes",
        stands_for="I29",
        origin="observed B3, B10",
        seen="a second QR code never works: the call that removes the instance does not exist",
        seams=lambda seams: replace(seams, delete_path=lambda instance: f"manager/instances/{instance}"),
    ),
    Defect(
        id="webhook-set-without-enabled",
        stands_for="I29",
        origin="observed R4; https://github.com/EvolutionAPI/evolution-api/issues/1559",
        seen="no webhook ever comes: Evolution refused the subscription, and nobody noticed",
        seams=lambda seams: replace(seams, make_instance=_subscribes_in_vain, create_body=_without_webhook),
    ),
)
