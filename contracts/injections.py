"""What was done behind the server in a recording, done again through the control API of the fake.

One function an action; an action without one, or one that the control API does not know, is not covered.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp

from contracts.recording import Injection, Json, Recording, Webhook
from fake_evolution import ControlClient, FakeEvolutionError

LOGGED_OUT = frozenset({401, 402, 403, 406})
"""Close codes that mean the phone was unlinked; any other is a lost connection."""

FOR_EVER_S = 1e9
"""How long WhatsApp stays away in a recording whose stub does not let the session in again."""

HANDED_ON = frozenset({"presence.update", "group-participants.update"})
"""Events of WhatsApp that the server sends on as they are; any other it would have to put into its own words."""

CAUSED: Mapping[str, frozenset[str]] = {
    "messages.upsert": frozenset(
        {"messages.upsert", "messages.edited", "contacts.upsert", "contacts.update", "chats.upsert"}
    ),
    "messaging-history.set": frozenset({"messages.set", "chats.set", "contacts.upsert", "contacts.update"}),
}
"""Webhooks that an injected event brings, where it is not the event itself alone."""


class NotPossibleError(Exception):
    """The fake has no way to do this yet; the text says what is missing."""


@dataclass(slots=True)
class Behind:
    """The way behind the fake, and what the recorded stub was told meanwhile."""

    control: ControlClient
    control_url: str
    session: aiohttp.ClientSession
    lets_in: bool = True
    stub: dict[str, Json] = field(default_factory=dict)

    async def post(self, path: str, body: Mapping[str, Json]) -> None:
        """Calls a route of the control API that may not exist."""
        async with self.session.post(f"{self.control_url}/{path}", json=body) as answer:
            if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
                raise NotPossibleError(f"control API has no POST {_pattern(path)}")
            if answer.status >= HTTPStatus.BAD_REQUEST:
                raise NotPossibleError(f"control API refused POST {path}: {await answer.text()}")


def _pattern(path: str) -> str:
    """The path without the name of the instance."""
    group, _, action = path.split("/")
    return f"{group}/{{name}}/{action}"


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


async def _stub_config(behind: Behind, step: Injection) -> None:
    """Only what the control API can express later, when it is needed, is kept."""
    for name, value in step.fields["set"].items():
        if name != "auto_open":
            raise NotPossibleError(f"injection stub_config {name}")
        behind.lets_in = bool(value)


async def _event(behind: Behind, step: Injection) -> None:
    """An event that WhatsApp reports and the server hands on as it is."""
    if step.fields["event"] not in HANDED_ON:
        raise NotPossibleError(f"injection event {step.fields['event']}")
    body = {"event": step.fields["event"], "data": step.fields["data"]}
    await behind.post(f"instances/{step.instance}/emit", body)


ACTIONS: Mapping[str, Callable[[Behind, Injection], Awaitable[None]]] = {
    "scan": _scan,
    "close": _close,
    "open": _open,
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
