"""/label: findLabels and handleLabel."""

from fake_evolution import labelling
from fake_evolution.api.bodies.small import HANDLE_LABEL
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked


async def find_labels(call: Call) -> Reply:
    """The labels of the account."""
    return Reply(200, labelling.all_labels(call.engine, asked_instance(call, "fetchLabels")))


async def handle_label(call: Call) -> Reply:
    """Put a label on a chat, or take it off."""
    body = checked(call, HANDLE_LABEL)
    asked_instance(call, "handleLabel")
    return Reply(200, await labelling.handle(call.engine, call.instance, body))


ROUTES = (
    Route("GET", "/label/findLabels/{instance}", find_labels),
    Route("POST", "/label/handleLabel/{instance}", handle_label),
)
