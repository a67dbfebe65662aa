"""/call: offer, which calls nobody since 2.3.0."""

from fake_evolution.api.bodies.small import OFFER_CALL
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.asking import ask, told_natively
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import jid_of


async def offer(call: Call) -> Reply:
    """A call is only said to be offered; its id is always the same."""
    body = checked(call, OFFER_CALL)
    instance = asked_instance(call, "offerCall")
    if call.engine.profile.makes_calls:
        return Reply(201, await _made(call, instance, jid_of(body["number"])))
    video = {"isVideo": body["isVideo"]} if "isVideo" in body else {}
    return Reply(201, {"id": "123", "jid": jid_of(body["number"]), **video, "callDuration": body["callDuration"]})


async def _made(call: Call, instance: Instance, jid: str) -> dict[str, str]:
    """A call that an older version really makes, as the library tells it."""
    with told_natively():
        await ask(call.engine, instance.name, "offerCall")
    return {"id": call.engine.ids.received_message(f"{instance.name} offer"), "to": jid}


ROUTES = (Route("POST", "/call/offer/{instance}", offer),)
