"""/call: offer, which calls nobody."""

from fake_evolution.api.bodies.small import OFFER_CALL
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.domain.messages import jid_of


async def offer(call: Call) -> Reply:
    """A call is only said to be offered; its id is always the same."""
    body = checked(call, OFFER_CALL)
    asked_instance(call, "offerCall")
    video = {"isVideo": body["isVideo"]} if "isVideo" in body else {}
    return Reply(201, {"id": "123", "jid": jid_of(body["number"]), **video, "callDuration": body["callDuration"]})


ROUTES = (Route("POST", "/call/offer/{instance}", offer),)
