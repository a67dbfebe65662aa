"""Who is believed, and who sees what."""

from dataclasses import replace

from channel_backend.defects.base import Defect

DEFECTS = (
    Defect(
        id="unsigned-accepted",
        stands_for="I13",
        origin="observed B7",
        seen="a stranger who knows the address makes a channel look connected",
        seams=lambda seams: replace(seams, is_genuine=lambda _headers, _key, _now: True),
    ),
    Defect(
        id="shared-rooms",
        stands_for="I12",
        origin="observed B8",
        seen="another company's QR codes arrive in this one's browser",
        seams=lambda seams: replace(seams, room_of=lambda _tenant_id: "everybody"),
    ),
    Defect(
        id="read-without-tenant",
        stands_for="I12",
        origin="observed B6, B11",
        seen="whoever guesses a number reads, starts and deletes another company's channel",
        seams=lambda seams: replace(seams, within=lambda _tenant_id: None),
    ),
)
