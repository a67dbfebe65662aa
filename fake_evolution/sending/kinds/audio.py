"""sendWhatsAppAudio: a voice message."""

from fake_evolution.answers import bad_request, native_error
from fake_evolution.errors import ThrownError
from fake_evolution.sending.addressing import reach
from fake_evolution.sending.draft import Asked, Draft, Holder, Kind, Options, options_of
from fake_evolution.sending.fetching import fetch_stream, fetch_with_axios, with_timestamp
from fake_evolution.sending.sounds import converted_size, refuse_noise, seconds_of
from fake_evolution.sending.sources import decoded, is_base64, is_url
from fake_evolution.sending.uploads import uploaded

MEDIA_TYPE = "audio/ogg; codecs=opus"


async def compose(asked: Asked) -> Draft:
    """A voice message; converted unless `encoding` is false. Quotes and mentions are not looked at."""
    body, given = asked.body, _given(asked)
    if asked.file is None and not is_url(given) and not is_base64(asked.body.get("audio")):
        raise bad_request("Owned media must be a url, base64, or valid file with buffer")
    converts = body.get("encoding") is None or bool(body["encoding"])
    data = await (_converted(asked) if converts else _as_it_is(asked))
    seconds = seconds_of(data)
    part = uploaded(
        asked,
        "audioMessage",
        data,
        length=converted_size(seconds, len(data)) if converts else None,
        mimetype=MEDIA_TYPE,
        seconds=seconds,
        ptt=True,
    )
    options = Options(delay_s=options_of(body).delay_s)
    return Draft(body["number"], "audioMessage", {"audioMessage": part}, Holder.PREPARED, options, data)


def _given(asked: Asked) -> str:
    return asked.body.get("audio") or ""


async def _converted(asked: Asked) -> bytes:
    """The sound for the converter, whose troubles are told without the exception's name."""
    given = _given(asked)
    try:
        if asked.file is not None:
            data = asked.file
        elif is_url(given):
            millis = int(asked.engine.clock.wall().timestamp() * 1000)
            data = (await fetch_with_axios(with_timestamp(given, millis))).data
        else:
            data = decoded(given)
        refuse_noise(data)
    except ThrownError as thrown:
        raise native_error(thrown.message) from thrown
    return data


async def _as_it_is(asked: Asked) -> bytes:
    """The sound for the WhatsApp library, which looks at it only when the number is known; a file is not looked at."""
    given = _given(asked)
    if not is_url(given):
        return decoded(given)
    await reach(asked.engine, asked.instance, asked.body["number"])
    try:
        return (await fetch_stream(given)).data
    except ThrownError as thrown:
        raise bad_request(thrown.told) from thrown


KIND = Kind("sendWhatsAppAudio", "audioWhatsapp", compose, takes_file=True)
