"""Messages of the own account, and how far they got."""

import secrets
from dataclasses import replace

from channel_backend.defects.base import Defect
from channel_backend.messages import MessageReported


def _under_an_id_of_ours(answer: MessageReported) -> MessageReported:
    return replace(answer, message_id=f"local-{secrets.token_hex(8)}")


DEFECTS = (
    Defect(
        id="early-ack-dropped",
        stands_for="G4, I22",
        origin="observed R7; https://github.com/EvolutionAPI/evolution-api/issues/765",
        seen="a message that was read shows one tick for ever",
        seams=lambda seams: replace(seams, is_kept_early=lambda _change: False),
    ),
    Defect(
        id="echo-is-second-message",
        stands_for="G4, I24",
        origin="report, gap 4; observed R7",
        seen="every answer stands twice in the conversation",
        seams=lambda seams: replace(seams, as_sent=_under_an_id_of_ours),
    ),
)
