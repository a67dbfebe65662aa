"""Phones in people's hands: scanning codes, unlinking, losing the connection."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.domain.instance import Instance
from fake_evolution.domain.signals import Phone, PhonePaired, QrArrived, SocketClosed, SocketOpened
from fake_evolution.domain.states import CONNECTION_LOST, LOGGED_OUT_CODES, Phase
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, IllegalSignalError
from fake_evolution.people import drawn_name, picture_of

ACTIONS = ("unlink", "ban", "lose-connection", "recover", "die-silently", "next-qr")

_UNLINKED, _BANNED = 401, 403
_REASONS = {
    401: "Stream Errored (conflict)",
    402: "Connection Failure",
    403: "Connection Failure",
    406: "Connection Failure",
}


def scan(
    engine: Engine, *, code: str | None, instance: str | None, number: str | None, profile_name: str | None
) -> dict[str, Any]:
    """A phone scans a code: only the current code of that very instance links; the rest is refused and recorded.

    `verdict` is linked, expired (rotated, or its session is over), repeated (linked somebody before), foreign (another
    instance's) or unknown (nobody's). Without `code` the current one of `instance` is scanned.
    """
    if instance is not None:
        engine.instance(instance)
    shown = code if code is not None else _current_code(engine, instance)
    owner = engine.codes.get(shown)
    verdict = _verdict(engine, shown, instance)
    phone = _phone(engine, shown, number, profile_name)
    told = {
        "verdict": verdict,
        "instance": owner.instance if owner else instance,
        "number": phone.number,
        "profile_name": phone.profile_name,
    }
    engine.journal.write("scan", **told, code=shown)
    if verdict == "linked" and owner is not None:
        engine.used_codes.add(shown)
        engine.account(phone.number)  # from now on WhatsApp knows it, spelled like this
        engine.apply(owner.instance, PhonePaired(phone))
    return told


def _current_code(engine: Engine, instance: str | None) -> str:
    if instance is None:
        raise ConfigError("neither a code nor an instance was given; legal: `code`, or a scan at an instance")
    found = engine.instance(instance)
    if found.phase is not Phase.QR or found.qr.code is None:
        raise IllegalSignalError(
            f"instance '{instance}' shows no QR code while it is '{found.phase}'; legal while: {Phase.QR}"
        )
    return found.qr.code


def _verdict(engine: Engine, code: str, wanted: str | None) -> str:
    owner = engine.codes.get(code)
    if owner is None:
        return "unknown"
    if wanted is not None and owner.instance != wanted:
        return "foreign"
    if code in engine.used_codes:
        return "repeated"
    found = engine.instances.get(owner.instance)
    same = found is not None and found.instance_id == owner.instance_id
    if found is None or not same or found.phase is not Phase.QR or found.qr.code != code:
        return "expired"
    return "linked"


def _phone(engine: Engine, code: str, number: str | None, profile_name: str | None) -> Phone:
    """The phone that scans: as given, else a person drawn for this code, with a Brazilian mobile number."""
    draws = engine.rng.keyed("person", code)
    if profile_name is None:
        profile_name = drawn_name(draws.integer(2**32))
    if number is None:
        number = f"55{11 + draws.integer(89)}9{draws.integer(10**8):08d}"
    return Phone(number, profile_name, picture_of(engine, number))


def act(engine: Engine, name: str, action: str, *, code: int | None, for_s: float | None) -> None:
    """What happens to the phone of a connected instance; ConfigError or IllegalSignalError when it cannot."""
    if action in _OTHER_ACTIONS:
        _OTHER_ACTIONS[action](engine, name, for_s)
        engine.journal.write("phone", instance=name, action=action, code=None)
        return
    closed = _closed(action, code, for_s)
    _paired(engine, name, action)
    engine.journal.write("phone", instance=name, action=action, code=closed.code)
    engine.apply(name, closed)


def _paired(engine: Engine, name: str, action: str) -> Instance:
    found = engine.instance(name)
    if found.phone is None or found.phase not in (Phase.OPEN, Phase.OPENING):
        raise IllegalSignalError(
            f"phone action '{action}' needs a paired phone, and instance '{name}' is '{found.phase}'; "
            f"legal while: {Phase.OPEN}, {Phase.OPENING}"
        )
    return found


def _closed(action: str, code: int | None, for_s: float | None) -> SocketClosed:
    if action in ("unlink", "ban"):
        reason = code or (_UNLINKED if action == "unlink" else _BANNED)
        if reason not in LOGGED_OUT_CODES:
            legal = ", ".join(map(str, sorted(LOGGED_OUT_CODES)))
            raise ConfigError(f"code {reason} does not log a phone out; legal for '{action}': {legal}")
        return SocketClosed(reason, _REASONS[reason])
    if action != "lose-connection":
        raise ConfigError(f"unknown phone action '{action}' (known: {', '.join(ACTIONS)})")
    reason = CONNECTION_LOST if code is None else code
    if reason in LOGGED_OUT_CODES:
        raise ConfigError(f"code {reason} logs the phone out; legal for '{action}': any other, as 408, 440 or 500")
    return SocketClosed(reason, "Connection was lost", away_s=for_s or 0.0)


def _recover(engine: Engine, name: str, _for_s: float | None) -> None:
    """WhatsApp lets the stored session in again, now."""
    found = engine.instance(name)
    if found.phone is None or found.phase not in (Phase.CLOSED, Phase.OPENING) or not found.sockets:
        raise IllegalSignalError(
            f"phone action 'recover' needs a session that lost its connection, and instance '{name}' is "
            f"'{found.phase}'; legal while: {Phase.OPENING}"
        )
    engine.instances[name] = replace(found, away_s=0.0)
    if found.phase is Phase.OPENING:
        engine.apply(name, SocketOpened(found.sockets[-1]))


def _die_silently(engine: Engine, name: str, for_s: float | None) -> None:
    """The socket dies and the server does not notice: not before a restart, or after `for_s` seconds."""
    found = _paired(engine, name, "die-silently")
    engine.instances[name] = replace(found, socket_dead=True)
    if for_s is not None:
        noticed = SocketClosed(CONNECTION_LOST, "Connection was lost", socket=found.sockets[-1])
        engine.later(name, found.instance_id, for_s, noticed)


def _next_qr(engine: Engine, name: str, _for_s: float | None) -> None:
    """WhatsApp hands out one more QR code, now."""
    found = engine.instance(name)
    if found.phone is not None or found.phase not in (Phase.STARTING, Phase.QR) or not found.sockets:
        raise IllegalSignalError(
            f"phone action 'next-qr' needs an instance that waits for a scan, and '{name}' is '{found.phase}'; "
            f"legal while: {Phase.STARTING}, {Phase.QR}"
        )
    engine.apply(name, QrArrived(found.sockets[-1], 0, out_of_turn=True))


_OTHER_ACTIONS: Mapping[str, Callable[[Engine, str, float | None], None]] = {
    "recover": _recover,
    "die-silently": _die_silently,
    "next-qr": _next_qr,
}
