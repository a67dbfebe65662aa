"""What sockets say, and how often."""

from dataclasses import replace

from channel_backend.announcing import Announcement
from channel_backend.defects.base import Defect
from channel_backend.status import ChannelStatus


def _not_the_end(announcement: Announcement) -> tuple[Announcement, ...]:
    return () if announcement.payload.get("status") == ChannelStatus.DISCONNECTED else (announcement,)


DEFECTS = (
    Defect(
        id="silent-disconnect",
        stands_for="I31",
        origin="observed, section 4: DELETE sends no event",
        seen="a colleague's page shows connected until it is loaded again",
        seams=lambda seams: replace(seams, told_of=_not_the_end),
    ),
    Defect(
        id="tells-twice",
        stands_for="I31",
        origin="observed R6",
        seen="every notice pops up twice",
        seams=lambda seams: replace(seams, told_of=lambda announcement: (announcement, announcement)),
    ),
)
