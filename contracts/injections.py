"""What was done behind the server in a recording, done again through the control API of the fake.

One function an action; an action without one, or one that the control API does not know, is not covered.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

import aiohttp

from contracts.links import Links
from contracts.recording import Injection, Json, Recording, Webhook
from fake_evolution import Client, FakeEvolutionError

LOGGED_OUT = frozenset({401, 402, 403, 406})
"""Close codes that mean the phone was unlinked; any other is a lost connection."""

FOR_EVER_S = 1e9
"""How long WhatsApp stays away in a recording whose stub does not let the session in again."""

CAUSED: Mapping[str, frozenset[str]] = {
    "messages.upsert": frozenset(
        {"messages.upsert", "messages.edited", "contacts.upsert", "contacts.update", "chats.upsert"}
    ),
    "messaging-history.set": frozenset({"messages.set", "chats.set", "contacts.upsert", "contacts.update"}),
}
"""Webhooks that an injected event brings, where it is not the event itself alone."""


BOOT_S = 0.05
"""What passes between the end of a boot and the first that is seen of it."""


class NotPossibleError(Exception):
    """The fake has no way to do this yet; the text says what is missing."""


@dataclass(slots=True)
class Behind:
    """The way behind the fake, and what the recorded stub was told meanwhile."""

    control: Client
    control_url: str
    session: aiohttp.ClientSession
    recording: Recording
    links: Links
    lets_in: bool = True

    async def post(self, path: str, body: Mapping[str, Json]) -> None:
        """Calls a route of the control API that may not exist."""
        async with self.session.post(f"{self.control_url}/{path}", json=body) as answer:
            if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
                raise NotPossibleError(f"control API has no POST {_pattern(path)}")
            if answer.status >= HTTPStatus.BAD_REQUEST:
                raise NotPossibleError(f"control API refused POST {path}: {await answer.text()}")


def _pattern(path: str) -> str:
    """The path without the name of the instance."""
    parts = path.split("/")
    return f"{parts[0]}/{{name}}/{parts[2]}" if len(parts) > 2 else path  # noqa: PLR2004  group, name, action


async def inject(behind: Behind, step: Injection) -> None:
    """Does again what was done; NotPossibleError when the fake cannot."""
    action = ACTIONS.get(step.action)
    if action is None:
        raise NotPossibleError(f"injection {step.action}")
    try:
        await action(behind, step)
    except FakeEvolutionError as refusal:
        raise NotPossibleError(f"injection {step.action}: {refusal}") from refusal


async def _scan(behind: Behind, step: Injection) -> None:
    number = str(step.fields["jid"]).split("@")[0].split(":")[0]
    answer = await behind.control.scan(instance=step.instance, number=number, profile_name=str(step.fields["name"]))
    if answer["verdict"] != "linked":
        raise NotPossibleError(f"injection scan: the fake said {answer['verdict']}")


async def _close(behind: Behind, step: Injection) -> None:
    code = step.fields.get("code")
    action = "unlink" if code in LOGGED_OUT else "lose-connection"
    away: dict[str, Any] = {} if behind.lets_in or code in LOGGED_OUT else {"for_s": FOR_EVER_S}
    await behind.control.phone(str(step.instance), action, code=code, **away)


async def _open(behind: Behind, step: Injection) -> None:
    await behind.control.phone(str(step.instance), "recover")


async def _die_silently(behind: Behind, step: Injection) -> None:
    await behind.control.phone(str(step.instance), "die-silently")


async def _next_qr(behind: Behind, step: Injection) -> None:
    await behind.control.phone(str(step.instance), "next-qr")


async def _event(behind: Behind, step: Injection) -> None:
    """Something that WhatsApp tells the server, worded as its socket library words it."""
    body = {"event": step.fields["event"], "data": behind.links.translate_all(step.fields["data"])}
    await behind.post(f"instances/{step.instance}/whatsapp", body)


async def _restart_process(behind: Behind, step: Injection) -> None:
    """The process is away until the first sign of it in the recording."""
    later = [sign.offset_s for sign in behind.recording.steps if sign.offset_s > step.offset_s]
    back_s = min(later, default=step.offset_s)
    await behind.control.restart(down_s=max(back_s - step.offset_s - BOOT_S, 0.0))


async def _stub_config(behind: Behind, step: Injection) -> None:
    """Each setting has a way of its own."""
    for name, value in step.fields["set"].items():
        setting = SETTINGS.get(name)
        if setting is None:
            raise NotPossibleError(f"injection stub_config {name}")
        await setting(behind, value)


async def _let_in(behind: Behind, value: Json) -> None:
    """Whether WhatsApp lets a stored session in; the next lost connection says so."""
    behind.lets_in = bool(value)


async def _fail_send(behind: Behind, value: Json) -> None:
    await behind.post("whatsapp", {"fail_send": None if value is None else value["message"]})


async def _groups(behind: Behind, value: Json) -> None:
    """The groups that every connected account is in."""
    for found in await behind.control.instances():
        if found["memory"] == "open":
            for metadata in value.values():
                await behind.post(f"instances/{found['name']}/groups", {"metadata": metadata})


async def _listed(name: str, behind: Behind, value: Json) -> None:
    await behind.post("whatsapp", {name: value})


SETTINGS: Mapping[str, Callable[[Behind, Json], Awaitable[None]]] = {
    "auto_open": _let_in,
    "fail_send": _fail_send,
    "groups": _groups,
    "not_on_whatsapp": partial(_listed, "not_on_whatsapp"),
    "no_picture": partial(_listed, "no_picture"),
}

ACTIONS: Mapping[str, Callable[[Behind, Injection], Awaitable[None]]] = {
    "scan": _scan,
    "close": _close,
    "open": _open,
    "qr": _next_qr,
    "ws_die_silently": _die_silently,
    "server_process_restart": _restart_process,
    "stub_config": _stub_config,
    "event": _event,
}


COUNTED = frozenset({"_count"})
"""Keys of instance rows that count what events brought."""


def out_of_reach(recording: Recording, step: Injection) -> frozenset[int]:
    """Positions of the webhooks that cannot come because the injection was not possible."""
    later = [webhook for webhook in recording.of(Webhook) if webhook.offset_s >= step.offset_s]
    if step.action != "event":
        return frozenset(webhook.position for webhook in later)
    name = step.fields["event"]
    caused = CAUSED.get(name, frozenset({name}))
    return frozenset(
        webhook.position
        for webhook in later
        if not isinstance(webhook.body, dict) or webhook.body.get("event") in caused
    )
