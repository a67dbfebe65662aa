"""Waits that follow a constant, and looks that are never taken."""

from dataclasses import replace

from channel_backend.channel import Channel
from channel_backend.config import Config
from channel_backend.defects.base import Defect
from channel_backend.flow.waiting import QrWait

SLEEP_S = 3.0
NEVER_S = 86_400.0


async def _three_seconds(wait: QrWait) -> Channel:
    await wait.rest(SLEEP_S)
    return await wait.read()


def _never_asks(config: Config) -> Config:
    return replace(config, check_s=NEVER_S, qr_check_s=NEVER_S, recheck_s=NEVER_S, start_timeout_s=NEVER_S)


DEFECTS = (
    Defect(
        id="fixed-sleep-qr",
        stands_for="G3, I28",
        origin="report, gap 3; observed R5",
        seen="a new QR code takes three seconds although it was there after half of one",
        seams=lambda seams: replace(seams, until_settled=_three_seconds),
    ),
    Defect(
        id="no-reconciliation",
        stands_for="I8",
        origin="report, reconciliation; https://github.com/EvolutionAPI/evolution-api/issues/2257",
        seen="a webhook got lost, and the channel shows the QR code for ever although the phone is linked",
        settings=_never_asks,
    ),
)
