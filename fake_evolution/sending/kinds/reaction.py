"""sendReaction."""

from fake_evolution.answers import bad_request
from fake_evolution.sending.draft import Asked, Draft, Holder, Kind
from fake_evolution.sending.emoji import has_some_sign, is_single_emoji


async def compose(asked: Asked) -> Draft:
    """A reaction to a message, or with an empty text its withdrawal; goes to the chat that the key names."""
    key, text = asked.body["key"], asked.body["reaction"]
    if not asked.engine.profile.reaction_is_one_emoji and not has_some_sign(text):
        raise bad_request('"reaction" must be an emoji')
    if asked.engine.profile.reaction_is_one_emoji and text and not is_single_emoji(text):
        raise bad_request("Reaction must be a single emoji or empty string")
    millis = int(asked.engine.clock.wall().timestamp() * 1000)
    content = {"reactionMessage": {"text": text, "key": key, "senderTimestampMs": millis}}
    return Draft(key["remoteJid"], "reactionMessage", content, Holder.NOWHERE)


KIND = Kind("sendReaction", "reactionMessage", compose)
