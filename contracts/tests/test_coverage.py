"""Nothing of the fake is without a schema and a recording, unless the list of what is not imitated says why."""

import pytest

from contracts.documents import METHODS, document, operation_of, operations
from contracts.imitation import not_imitated
from contracts.loader import GOLDENS, load_recordings, schema_names
from contracts.recording import Request, SocketStep, Webhook
from fake_evolution.api.routes import routes
from fake_evolution.domain.events import CONFIGURATION_NAMES, EVENTS, configuration_name

EMITTED = {name for name in EVENTS if configuration_name(name) in CONFIGURATION_NAMES or name == "groups.update"}
VERSION = document("openapi")["info"]["version"]
RECORDINGS = load_recordings(GOLDENS)


def told(names: set[str]) -> str:
    """All of them in one line, so that a failure names each."""
    return ", ".join(sorted(names))


def recorded_events() -> set[str]:
    """Events that a webhook or a socket of a recording shows."""
    hooks = {hook.body["event"] for found in RECORDINGS for hook in found.of(Webhook) if isinstance(hook.body, dict)}
    sockets = {str(step.fields.get("event")) for found in RECORDINGS for step in found.of(SocketStep)}
    return hooks | sockets


def recorded_routes() -> set[str]:
    """Routes of the contract that a recording calls."""
    called = {(call.method, call.path.split("?")[0]) for found in RECORDINGS for call in found.of(Request)}
    return {operation.name for method, path in called if (operation := operation_of(method, path)) is not None}


def routes_of_the_fake() -> set[str]:
    """Routes that the fake answers as version 2.3.6, named as the contract names them."""
    present = [route for route in routes() if (route.since or VERSION) <= VERSION]
    return {f"{route.method} {route.path.removesuffix('/{instance}').replace(':(?s:.*)', '')}" for route in present}


def test_every_configuration_name_has_an_event_or_a_reason() -> None:
    """Each of the 31 names that settings take is emitted by the fake or is listed with the reason why not."""
    emitted = {configuration_name(name) for name in EVENTS}

    assert told(set(CONFIGURATION_NAMES) - emitted - set(not_imitated().events)) == ""


def test_every_event_has_a_schema_and_is_in_both_documents() -> None:
    """An event of the fake has a schema, a webhook in openapi.yaml and a message in asyncapi.yaml."""
    schemas = {name.removeprefix("events/") for name in schema_names() if name.startswith("events/")}
    messages = {message["name"] for message in document("asyncapi")["components"]["messages"].values()}

    assert told(EMITTED - schemas) == ""
    assert told(EMITTED - set(document("openapi")["webhooks"])) == ""
    assert told(EMITTED - messages) == ""


def test_every_event_is_recorded_or_listed() -> None:
    """An event of the fake is shown by a recording or is listed as known from its description alone."""
    assert told(EMITTED - recorded_events() - set(not_imitated().events_not_recorded)) == ""


def test_every_route_of_the_fake_is_in_the_contract() -> None:
    """A route that the fake answers is one of openapi.yaml, with a schema for every body and answer."""
    known = {operation.name for operation in operations()}

    assert told(routes_of_the_fake() - known) == ""


def test_every_route_of_the_contract_is_in_the_fake() -> None:
    """A route of openapi.yaml is answered by the fake or listed as not imitated."""
    known = {operation.name for operation in operations()}

    assert told(known - routes_of_the_fake() - set(not_imitated().routes)) == ""


def test_every_route_is_recorded_or_listed() -> None:
    """A route of the fake is called by a recording or is listed as known from its description alone."""
    assert told(routes_of_the_fake() - recorded_routes() - set(not_imitated().routes_not_recorded)) == ""


def test_nothing_is_listed_that_is_there() -> None:
    """The list of what is not imitated has nothing in it that the fake does or that a recording shows."""
    listed = not_imitated()

    assert told(set(listed.routes) & routes_of_the_fake()) == ""
    assert told(set(listed.routes_not_recorded) & recorded_routes()) == ""
    assert told(set(listed.events) & {configuration_name(name) for name in EVENTS}) == ""
    assert told(set(listed.events_not_recorded) & recorded_events()) == ""


def test_every_operation_has_a_name_of_its_own() -> None:
    """Operation identifiers are unique, so that links lead to one route."""
    items = document("openapi")["paths"].values()
    names = [item[method]["operationId"] for item in items for method in METHODS if method in item]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("file", "heading"), [("README.md", "What is not imitated"), ("README.pt-BR.md", "O que não é imitado")]
)
def test_the_readme_lists_what_is_not_imitated(file: str, heading: str) -> None:
    """Everything that is left out stands in the README's section about it, in both languages."""
    section = (GOLDENS.parents[1] / file).read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]

    assert told({name for name in not_imitated().left_out if name not in section}) == ""
