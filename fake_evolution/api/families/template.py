"""/template: create and find, which only Meta's own channel can do."""

from fake_evolution.api.bodies.small import CREATE_TEMPLATE
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.api.meta_errors import meta_style
from fake_evolution.errors import ThrownError

_REFUSED = "Error to create template"


async def create(call: Call) -> Reply:
    """Create a template: never, without Meta."""
    with meta_style(call, "template_creation"):
        checked(call, CREATE_TEMPLATE)
        asked_instance(call, "instance")
        raise ThrownError(_REFUSED)


async def find(call: Call) -> Reply:
    """Find templates: never, without Meta."""
    with meta_style(call, "template_find"):
        asked_instance(call, "instance")
        raise ThrownError(_REFUSED)


async def change(call: Call) -> Reply:
    """Change or delete a template: never, without Meta."""
    with meta_style(call, "template_update"):
        asked_instance(call, "instance")
        raise ThrownError(_REFUSED)


ROUTES = (
    Route("POST", "/template/create/{instance}", create),
    Route("GET", "/template/find/{instance}", find),
    Route("POST", "/template/edit/{instance}", change, since="2.3.7"),
    Route("DELETE", "/template/delete/{instance}", change, since="2.3.7"),
)
