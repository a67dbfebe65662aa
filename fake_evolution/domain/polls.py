"""Votes in a poll, counted as the server counts them."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

_CREATIONS = ("pollCreationMessage", "pollCreationMessageV2", "pollCreationMessageV3")


def counted_votes(
    content: Mapping[str, Any], updates: Sequence[Mapping[str, Any]], *, own_jid: str
) -> list[dict[str, Any]]:
    """Who chose which option, `[{name, voters}]`; a vote names its options by their hashes.

    `content` is the poll's message and `updates` what the socket library says about the votes, both decoded.
    """
    poll: Mapping[str, Any] = next((content[kind] for kind in _CREATIONS if kind in content), {})
    names = [str(option.get("optionName")) for option in poll.get("options", ())]
    voters: dict[bytes, list[str]] = {sha256(name.encode()).digest(): [] for name in names}
    shown = dict(zip(voters, names, strict=True))
    for update in updates:
        for chosen in (update.get("vote") or {}).get("selectedOptions", ()):
            voters.setdefault(bytes(chosen), []).append(_voter(update.get("pollUpdateMessageKey") or {}, own_jid))
    return [{"name": shown.get(chosen, "Unknown"), "voters": found} for chosen, found in voters.items()]


def _voter(key: Mapping[str, Any], own_jid: str) -> str:
    return own_jid if key.get("fromMe") else str(key.get("participant") or key.get("remoteJid") or "")
