"""The context of a message that is sent: the server's defaults, mentions and the quoted message, each in its place."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import jid_of
from fake_evolution.domain.wire import Long, Named
from fake_evolution.engine import Engine
from fake_evolution.sending.addressing import Addressee
from fake_evolution.sending.draft import Draft, Holder, Options

_TWO_DAYS_S = 172_800

Context = dict[str, Any]


def default_context(at_s: int) -> Context:
    """What the server adds to everything it sends to a person."""
    return {
        "mentionedJid": [],
        "groupMentions": [],
        "ephemeralSettingTimestamp": Long(at_s - _TWO_DAYS_S),
        "disappearingMode": {"initiator": Named(0, "CHANGED_IN_CHAT")},
    }


def base_context(engine: Engine, to: Addressee, options: Options, at_s: int) -> Context | None:
    """Defaults for a person, mentions in a group; None where there is nothing of the kind."""
    if to.is_person:
        return default_context(at_s) if engine.profile.api_context else None
    mentions = _mentions(to, options)
    return {"mentionedJid": mentions} if mentions else None


def _mentions(to: Addressee, options: Options) -> list[str | None]:
    if to.group is None:
        return []
    if options.mentions_everyone:
        return list(to.group.members)
    found = [jid_of(number) for number in options.mentioned]
    return [None if jid.endswith("@g.us") else jid for jid in found]


def quote(engine: Engine, instance: Instance, to: Addressee, quoted: Mapping[str, Any] | None) -> Context:
    """The part of a context that quotes; empty when the message is neither given nor stored."""
    if quoted is None:
        return {}
    key, content = _quoted_message(engine, instance, quoted)
    if not content:
        return {}
    elsewhere = key.get("remoteJid")
    kind = next((name for name in content if name == "conversation" or "Message" in name), None)
    if kind is None:
        return {}
    shown = content[kind]
    if isinstance(shown, Mapping):
        shown = {name: value for name, value in shown.items() if name != "contextInfo"}
    other_chat = {"remoteJid": elsewhere} if elsewhere and elsewhere != to.jid else {}
    return {
        "participant": _author(instance, key),
        "stanzaId": key.get("id"),
        "quotedMessage": {kind: shown},
        **other_chat,
    }


def _quoted_message(
    engine: Engine, instance: Instance, quoted: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Key and content: as given, or as stored under the key's id."""
    key = quoted.get("key") or {}
    if quoted.get("message"):
        return key, quoted["message"]
    row = engine.archive(instance).message(key.get("id", ""))
    return (key, {}) if row is None else (row.message.key, row.message.content)


def _author(instance: Instance, key: Mapping[str, Any]) -> str:
    if key.get("fromMe") and instance.phone is not None:
        return instance.phone.jid
    return str(key.get("participant") or key.get("remoteJid") or "")


def placed(draft: Draft, base: Context | None, quoting: Context) -> tuple[dict[str, Any], Context | None]:
    """The content with the context in its place, and what shows beside it."""
    content = dict(draft.content)
    if draft.holder is Holder.NOWHERE:
        return content, None
    if draft.holder is Holder.POLL:
        if base is not None:
            content["messageContextInfo"] = {**content["messageContextInfo"], "contextInfo": base}
        if quoting:
            content[draft.kind] = {**content[draft.kind], "contextInfo": quoting}
        return content, quoting or None
    context = None if base is None and not quoting else {**(base or {}), **quoting}
    if draft.holder is Holder.FORWARDED and context is None:
        context = {}
    if draft.holder is not Holder.TEXT and context is not None:
        content[draft.kind] = {**content[draft.kind], "contextInfo": context}
    return content, context
