"""sendLocation."""

from fake_evolution.sending.draft import Asked, Draft, Kind, options_of


async def compose(asked: Asked) -> Draft:
    """A place with its name and address."""
    body = asked.body
    place = {
        "degreesLatitude": body["latitude"],
        "degreesLongitude": body["longitude"],
        "name": body["name"],
        "address": body["address"],
    }
    return Draft(body["number"], "locationMessage", {"locationMessage": place}, options=options_of(body))


KIND = Kind("sendLocation", "locationMessage", compose)
