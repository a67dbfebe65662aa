"""sendPoll."""

from fake_evolution.answers import bad_request
from fake_evolution.errors import ThrownError
from fake_evolution.sending.addressing import reach
from fake_evolution.sending.draft import Asked, Draft, Holder, Kind, options_of


async def compose(asked: Asked) -> Draft:
    """A question with its answers; with one choice it is of a newer kind than with more."""
    body = asked.body
    choices, answers = body["selectableCount"], body["values"]
    if choices > len(answers):
        await _refuse(asked, f"poll.selectableCount in poll should be >= 0 and <= {len(answers)}")
    kind = "pollCreationMessageV3" if choices == 1 else "pollCreationMessage"
    poll = {
        "name": body["name"],
        "selectableOptionsCount": choices,
        "options": [{"optionName": answer} for answer in answers],
    }
    secret = {"messageSecret": asked.engine.ids.secret(asked.instance)}
    content = {"messageContextInfo": secret, kind: poll}
    return Draft(body["number"], kind, content, Holder.POLL, options_of(body))


async def _refuse(asked: Asked, text: str) -> None:
    """The WhatsApp library refuses when it makes the message, so that an unknown number is told first."""
    await reach(asked.engine, asked.instance, asked.body["number"])
    raise bad_request(ThrownError(text).told)


KIND = Kind("sendPoll", "pollMessage", compose)
