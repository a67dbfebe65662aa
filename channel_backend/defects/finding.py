"""Webhooks that find no channel, or another one's."""

from collections.abc import Callable
from dataclasses import replace

from channel_backend.channel import Addressee
from channel_backend.correlation import CHANNEL_ID, Directory, find_addressee
from channel_backend.defects.base import Defect
from channel_backend.events import Qr
from channel_backend.evolution.client import Evolution
from channel_backend.evolution.subscription import Subscription
from channel_backend.flow.webhook_answers import http_status
from channel_backend.metrics import WebhookOutcome
from channel_backend.seams import Seams


async def _by_name_alone(directory: Directory, instance: str) -> Addressee | None:
    return None if CHANNEL_ID.fullmatch(instance) else await find_addressee(directory, instance)


def _any_will_do(seams: Seams) -> Seams:
    """Looked up by tenant, as if each had but one channel: whichever had news first."""
    first: dict[int, Addressee] = {}

    async def find(directory: Directory, instance: str) -> Addressee | None:
        found = await find_addressee(directory, instance)
        return None if found is None else first.setdefault(found.tenant_id, found)

    return replace(seams, find_addressee=find)


def _known_once_made(seams: Seams) -> Seams:
    """The instance's name is stored when Evolution has answered; what comes earlier is answered 404."""
    being_made: set[str] = set()

    async def find(directory: Directory, instance: str) -> Addressee | None:
        return None if instance in being_made else await find_addressee(directory, instance)

    async def make(evolution: Evolution, instance: str, subscription: Subscription) -> Qr | None:
        being_made.add(instance)
        try:
            return await evolution.create(instance, subscription)
        finally:
            being_made.discard(instance)

    return replace(seams, find_addressee=find, make_instance=make, http_status=_not_found(http_status))


def _not_found(status_of: Callable[[WebhookOutcome], int]) -> Callable[[WebhookOutcome], int]:
    return lambda outcome: 404 if outcome is WebhookOutcome.UNKNOWN_INSTANCE else status_of(outcome)


DEFECTS = (
    Defect(
        id="numeric-name-unknown",
        stands_for="G2, I10",
        origin="report, gap 2; observed R3",
        seen="the QR code comes seconds late, or never: no webhook finds the channel whose id is its instance's name",
        seams=lambda seams: replace(seams, find_addressee=_by_name_alone),
    ),
    Defect(
        id="any-channel-will-do",
        stands_for="G2, I10",
        origin="observed B5, B6",
        seen="a channel shows the QR code of another one",
        seams=_any_will_do,
    ),
    Defect(
        id="unknown-is-404",
        stands_for="G2, I10",
        origin="report, gap 2; observed, section 5",
        seen="the first QR code never shows: its webhook came before the instance's name was stored",
        seams=_known_once_made,
    ),
)
