"""A typed client of the control API, for harnesses and tests: a method for every call."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from math import isinf
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack, cast
from urllib.parse import quote

from fake_evolution.control_line import ControlLine
from fake_evolution.control_types import (
    AckTold,
    CallTold,
    ClockShown,
    EventTold,
    Health,
    HistoryTold,
    InstanceShown,
    LabelledTold,
    LabelTold,
    LeftTold,
    MessagesTold,
    MessageTold,
    PeopleTold,
    PersonTold,
    PresenceTold,
    ResetTold,
    RestartTold,
    Scanned,
    WhatsAppBody,
)

Told = TypeVar("Told")

_REFUSED = 409


class Client:
    """Calls of the control API at `control_url`; an async context manager. Errors are ControlError."""

    def __init__(self, control_url: str, *, key: str | None = None, timeout_s: float = 30.0) -> None:
        self._line = ControlLine(control_url, key=key, timeout_s=timeout_s)

    async def __aenter__(self) -> Self:
        self._line.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._line.close()

    async def health(self) -> Health:
        """Liveness and counters."""
        return await self._call(Health, "GET", "/health")

    async def instances(self) -> list[InstanceShown]:
        """All instances."""
        return await self._call(list[InstanceShown], "GET", "/instances")

    async def instance(self, name: str) -> InstanceShown:
        """One instance."""
        return await self._call(InstanceShown, "GET", f"/instances/{_quoted(name)}")

    async def scan(
        self,
        *,
        code: str | None = None,
        instance: str | None = None,
        number: str | None = None,
        profile_name: str | None = None,
    ) -> Scanned:
        """A phone scans a code (without one: the current code of `instance`); the verdict tells whether it linked."""
        path = "/scan" if instance is None else f"/instances/{_quoted(instance)}/scan"
        given = {"code": code, "number": number, "profile_name": profile_name}
        return await self._call(Scanned, "POST", path, given, also_fine=_REFUSED)

    async def phone(
        self, instance: str, action: str, *, code: int | None = None, for_s: float | None = None
    ) -> InstanceShown:
        """Something happens to a phone: unlink, ban, lose-connection, recover, die-silently or next-qr.

        With an infinite `for_s` a lost connection stays lost until `recover`.
        """
        forever = for_s is not None and isinf(for_s)
        given = {"action": action, "code": code, "for_s": None if forever else for_s}
        given |= {"until_recover": True} if forever else {}
        return await self._call(InstanceShown, "POST", f"/instances/{_quoted(instance)}/phone", given)

    async def messages(
        self,
        instance: str,
        *,
        text: str | None = None,
        kind: str | None = None,
        sender: str | None = None,
        push_name: str | None = None,
        count: int = 1,
        group: str | None = None,
        quoted: str | None = None,
        from_me: bool = False,
        lid: bool = False,
    ) -> list[str]:
        """Somebody sends messages of a kind (text where none is given); their ids. What is left open is drawn."""
        given = {"from": sender, "text": text, "type": kind, "push_name": push_name, "count": count}
        given |= {"group": group, "quoted": quoted, "from_me": from_me or None, "lid": lid or None}
        return (await self._post(MessagesTold, instance, "messages", given))["message_ids"]

    async def ack(self, instance: str, message_id: str, status: str) -> str:
        """A stored message was sent, delivered, read or played; the status as the server names it."""
        return (await self._post(AckTold, instance, "acks", {"message_id": message_id, "status": status}))["status"]

    async def edit(self, instance: str, message_id: str, text: str) -> str:
        """The sender of a stored message changes its text; the id of the message that says so."""
        return (await self._post(MessageTold, instance, "edits", {"message_id": message_id, "text": text}))[
            "message_id"
        ]

    async def revoke(self, instance: str, message_id: str) -> str:
        """The sender of a stored message takes it back; the id of the message that says so."""
        return (await self._post(MessageTold, instance, "revokes", {"message_id": message_id}))["message_id"]

    async def presence(
        self, instance: str, presence: str, *, sender: str | None = None, group: str | None = None
    ) -> PresenceTold:
        """Somebody is available, unavailable, composing, recording or paused."""
        return await self._post(
            PresenceTold, instance, "presence", {"presence": presence, "from": sender, "group": group}
        )

    async def ring(
        self,
        instance: str,
        *,
        status: str = "offer",
        sender: str | None = None,
        call_id: str | None = None,
        video: bool = False,
    ) -> str:
        """Somebody rings, or the call of this id goes on; the call's id."""
        given = {"status": status, "from": sender, "call_id": call_id, "video": video}
        return (await self._post(CallTold, instance, "calls", given))["call_id"]

    async def history(self, instance: str, *, chats: int = 1, messages: int = 1) -> HistoryTold:
        """The phone sends some of its past; how much."""
        return await self._post(HistoryTold, instance, "history", {"chats": chats, "messages": messages})

    async def contact(
        self, instance: str, *, number: str | None = None, name: str | None = None, known: bool = False
    ) -> PersonTold:
        """The owner saves a contact, or renames a known one."""
        return await self._post(PersonTold, instance, "contacts", {"number": number, "name": name, "known": known})

    async def chat(
        self,
        instance: str,
        *,
        number: str | None = None,
        name: str | None = None,
        action: str = "upsert",
        unread: int = 0,
    ) -> PersonTold:
        """A chat begins (upsert), changes (update) or is deleted (delete) on the phone."""
        given = {"number": number, "name": name, "action": action, "unread": unread}
        return await self._post(PersonTold, instance, "chats", given)

    async def label(
        self, instance: str, *, label_id: str, name: str, color: int = 0, deleted: bool = False
    ) -> LabelTold:
        """A label is made, changed or deleted on the phone."""
        given = {"id": label_id, "name": name, "color": color, "deleted": deleted}
        return await self._post(LabelTold, instance, "labels", given)

    async def put_label(
        self, instance: str, *, label_id: str, number: str | None = None, action: str = "add"
    ) -> LabelledTold:
        """A label is put on a chat (add) or taken off it (remove) on the phone."""
        return await self._post(
            LabelledTold, instance, f"labels/{_quoted(label_id)}/chats", {"number": number, "action": action}
        )

    async def whatsapp(self, instance: str, event: str, data: Any) -> EventTold:
        """WhatsApp tells the server an event, worded as the socket library words it."""
        return await self._post(EventTold, instance, "whatsapp", {"event": event, "data": data})

    async def emit(self, instance: str, event: str, data: Any) -> EventTold:
        """Any event goes out as it is."""
        return await self._post(EventTold, instance, "emit", {"event": event, "data": data})

    async def contacts(self, instance: str) -> list[dict[str, Any]]:
        """The contacts that the server has stored."""
        return await self._call(list[dict[str, Any]], "GET", f"/instances/{_quoted(instance)}/contacts")

    async def groups(self, instance: str) -> list[dict[str, Any]]:
        """The groups that the account is in: metadata and invite codes."""
        return await self._call(list[dict[str, Any]], "GET", f"/instances/{_quoted(instance)}/groups")

    async def join_group(
        self, instance: str, *, subject: str | None = None, people: int | None = None, owner: str | None = None
    ) -> dict[str, Any]:
        """Somebody founds a group with the account and `people` others in it; its metadata."""
        return await self._post(
            dict[str, Any], instance, "groups", {"subject": subject, "people": people, "owner": owner}
        )

    async def change_group_people(
        self,
        instance: str,
        group: str,
        *,
        action: str = "add",
        numbers: list[str] | None = None,
        count: int | None = None,
        author: str | None = None,
    ) -> list[str]:
        """People come, go or change their rank; without numbers `count` strangers are added. Their addresses."""
        given = {"action": action, "numbers": numbers, "count": count, "author": author}
        answer = await self._post(PeopleTold, instance, f"groups/{_quoted(group)}/people", given)
        return answer["participants"]

    async def rename_group(
        self, instance: str, group: str, subject: str, *, author: str | None = None
    ) -> dict[str, Any]:
        """Somebody gives the group another subject; its metadata."""
        return await self._post(
            dict[str, Any], instance, f"groups/{_quoted(group)}", {"subject": subject, "author": author}
        )

    async def leave_group(self, instance: str, group: str) -> LeftTold:
        """The account's owner leaves the group."""
        return await self._call(LeftTold, "DELETE", f"/instances/{_quoted(instance)}/groups/{_quoted(group)}")

    async def journal(self, *, after: int = 0, wait_s: float = 0, kind: str | None = None) -> list[dict[str, Any]]:
        """Records after a `seq`, waiting up to `wait_s` for the first."""
        query = {"after": str(after), "wait_s": str(wait_s)} | ({} if kind is None else {"kind": kind})
        return await self._call(list[dict[str, Any]], "GET", "/journal", query=query)

    async def reset(self, *, world: Mapping[str, Any] | None = None, seed: int | None = None) -> ResetTold:
        """Empty the fake; `world` as in a world file."""
        return await self._call(ResetTold, "POST", "/reset", {"world": world, "seed": seed})

    async def faults(self) -> list[dict[str, Any]]:
        """The fault rules in force, as in a world file."""
        return await self._call(list[dict[str, Any]], "GET", "/faults")

    async def exchange_faults(self, rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """These rules, as in a world file, instead of the ones before; what is on its way keeps its fate."""
        return await self._call(list[dict[str, Any]], "PUT", "/faults", list(rules))

    async def remove_faults(self) -> list[dict[str, Any]]:
        """No rules any more."""
        return await self._call(list[dict[str, Any]], "DELETE", "/faults")

    async def world(self) -> dict[str, Any]:
        """The world, as in a world file."""
        return await self._call(dict[str, Any], "GET", "/world")

    async def exchange_world(self, world: Mapping[str, Any]) -> dict[str, Any]:
        """Another world around the same instances; its server must stay the same."""
        return await self._call(dict[str, Any], "PUT", "/world", world)

    async def restart(self, *, down_s: float | None = None) -> RestartTold:
        """The server's process goes away, and comes back after `down_s` seconds."""
        return await self._call(RestartTold, "POST", "/restart", {"down_s": down_s})

    async def clock(self, *, advance_s: float | None = None, rate: float | None = None) -> ClockShown:
        """The run's time; advanced or at another rate where given."""
        if advance_s is None and rate is None:
            return await self._call(ClockShown, "GET", "/clock")
        return await self._call(ClockShown, "POST", "/clock", {"advance_s": advance_s, "rate": rate})

    async def change_whatsapp(self, **changes: Unpack[WhatsAppBody]) -> dict[str, Any]:
        """WhatsApp refuses every message from now on (`fail_send`; None: takes them), or knows other numbers."""
        return cast("dict[str, Any]", await self._line.call("POST", "/whatsapp", dict(changes)))

    async def qr_image(self, instance: str) -> bytes:
        """The PNG image of the QR code that links the instance right now."""
        return await self._line.octets(f"/instances/{_quoted(instance)}/qr.png")

    async def openapi(self) -> dict[str, Any]:
        """The control API's description of itself."""
        return await self._call(dict[str, Any], "GET", "/openapi.json")

    async def stream(self, *, after: int = 0, kind: str | None = None) -> AsyncGenerator[dict[str, Any], None]:
        """Records as they are written, from a `seq` on, until the fake ends.

        Where the fake has forgotten records before they could be read, there comes a record of the kind `lost` with
        `from_seq` and `to_seq` instead.
        """
        query = {"after": str(after)} | ({} if kind is None else {"kind": kind})
        async for name, record in self._line.events("/journal/stream", query):
            yield record if name == "message" else {"kind": name, **record}

    async def _post(self, gives: type[Told], instance: str, path: str, given: Mapping[str, Any]) -> Told:
        return await self._call(gives, "POST", f"/instances/{_quoted(instance)}/{path}", given)

    async def _call(
        self,
        _gives: type[Told],
        method: str,
        path: str,
        body: Mapping[str, Any] | list[Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        also_fine: int | None = None,
    ) -> Told:
        """The answer, which the control API promises to be of this type."""
        given = {key: value for key, value in body.items() if value is not None} if isinstance(body, Mapping) else body
        return cast("Told", await self._line.call(method, path, given, query=query, also_fine=also_fine))


def _quoted(name: str) -> str:
    return quote(name, safe="")
