"""I12: tenants never see or touch each other's channels: by HTTP, by webhook, on the socket, by QR."""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant
from scenarios.sighting import Sighting
from scenarios.staged import Trespass

# Of a look it counts what it shows; whoever acts must be refused.
_ACTS = frozenset({"start", "request_qr", "disconnect", "delete"})


@invariant("I12", gap=Duty.ISOLATION, title="tenants never see or touch each other's channels")
def tenants_apart(history: History) -> Iterator[Judgement]:
    """Judge everything that a second tenant tried and heard, and every channel and QR that a tenant saw."""
    for channel in sorted({*history.channels, *history.trespasses_of}):
        for trespass in history.trespasses_of.get(channel, ()):
            yield _judge(trespass)
        yield from _judge_looks(history, channel)


def _judge(trespass: Trespass) -> Judgement:
    accepted = HTTPStatus.OK <= (trespass.status_code or 0) < HTTPStatus.MULTIPLE_CHOICES
    if trespass.shown:
        what = "heard of it" if trespass.via == "socket" else "was shown it"
    elif trespass.changed:
        what = "changed it"
    elif trespass.via in _ACTS and accepted:
        what = "was told that it was done"
    else:
        what = ""
    about = f"tenant {trespass.tenant} ({trespass.via}, answered {trespass.status_code})"
    return Judgement(
        holds=not what,
        subject=f"channel {trespass.channel}",
        t=trespass.t,
        witness=(trespass.seq,),
        sentence=(
            f"{Duty.ISOLATION}: channel {trespass.channel} of tenant {trespass.owner}: {about} {what}; expected 403 or "
            f"404, nothing shown and nothing changed; look where {_where(trespass.via)} without the tenant of who asks"
        ),
    )


def _where(via: str) -> str:
    return "socket events are sent to everybody," if via == "socket" else "channels are looked up by their id alone,"


def _judge_looks(history: History, channel: str) -> Iterator[Judgement]:
    """A look by a tenant whose channel it is not; a QR of an instance that belongs to another tenant."""
    owner = history.tenant_of(channel)
    for seen in history.sightings_of.get(channel, ()):
        if owner is not None and seen.tenant is not None and seen.tenant != owner:
            yield _broken(seen, f"tenant {seen.tenant} was shown it", f"it only to tenant {owner}")
        qr = history.qrs.get(seen.code or "")
        other = None if qr is None else history.channel_of.get(qr.instance)
        if qr is None or other is None or other == channel:
            continue
        theirs = next((life.tenant for life in history.lives.values() if life.channel == other), None)
        if owner is not None and theirs is not None and theirs != owner:
            yield _broken(seen, f"it showed the QR of channel {other} of tenant {theirs}", "its own QR", qr.seq)


def _broken(seen: Sighting, what: str, expected: str, *witness: int) -> Judgement:
    return Judgement(
        holds=False,
        subject=f"channel {seen.channel}",
        t=seen.at_s,
        witness=(*witness, seen.seq),
        sentence=(
            f"{Duty.ISOLATION}: channel {seen.channel}: {what} ({seen.via}); expected {expected}; look where a "
            f"webhook, a list or a socket event finds its channel without asking whose it is"
        ),
    )
