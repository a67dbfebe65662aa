"""The documents of the contract are what they say they are, and everything recorded fits them."""

import warnings
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.conformity import answer_violations, body_violations, event_violations
from contracts.documents import bundled, document, operation_of, operations
from contracts.loader import GOLDENS, load_recordings, schema, schema_names, violations
from contracts.recording import Json, Recording, Request, SocketStep, Webhook

RECORDINGS = load_recordings(GOLDENS)
EVERY_RECORDING = pytest.mark.parametrize("recorded", RECORDINGS, ids=[found.name for found in RECORDINGS])


def references(value: Json) -> set[str]:
    """Every reference in a document."""
    if isinstance(value, list):
        return {found for part in value for found in references(part)}
    if not isinstance(value, dict):
        return set()
    here = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return here | {found for part in value.values() for found in references(part)}


def resolved(whole: dict[str, Any], reference: str) -> Json:
    """What a reference points at."""
    place: Json = whole
    for part in reference.removeprefix("#/").split("/"):
        place = place[part]
    return place


def test_openapi_is_openapi() -> None:
    """openapi.yaml is a valid OpenAPI 3.1 document, with all its schemas inside it."""
    assert list(OpenAPIV31SpecValidator(bundled()).iter_errors()) == []


def test_asyncapi_is_asyncapi() -> None:
    """asyncapi.yaml is a valid AsyncAPI 3.0 document."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its models have fields called `schema`
        from asyncapi3.models.asyncapi import AsyncAPI3  # noqa: PLC0415  warns when it is imported

    assert AsyncAPI3.model_validate(document("asyncapi")).asyncapi == "3.0.0"


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(name: str) -> None:
    """Each reference of a bundled document, also those inside the schemas, points at a value."""
    whole = bundled(name)

    assert all(isinstance(resolved(whole, reference), dict) for reference in references(whole))


def test_every_schema_is_used() -> None:
    """A schema is part of a document, or is one of the formats that other tools of the project read."""
    documents = references(document("openapi")) | references(document("asyncapi"))
    inside = {found for name in schema_names() for found in references(schema(name))}
    used = {reference.split("#")[0].rsplit("/", 1)[-1].removesuffix(".schema.json") for reference in documents | inside}

    assert {name.rsplit("/", 1)[-1] for name in schema_names()} - used == {"recording", "scenario"}


@EVERY_RECORDING
def test_recorded_answers_are_the_contracts(recorded: Recording) -> None:
    """Every recorded answer has a declared status and fits the schema of its route."""
    calls = recorded.of(Request)
    found = [answer_violations(call.method, call.path.split("?")[0], call.status, call.response) for call in calls]

    assert [text for texts in found for text in texts] == []


@EVERY_RECORDING
def test_recorded_webhooks_are_the_contracts(recorded: Recording) -> None:
    """Every recorded webhook is an event of the contract and fits its schema."""
    bodies = [hook.body for hook in recorded.of(Webhook) if hook.method == "POST"]

    assert [text for body in bodies for text in event_violations(body)] == []


@EVERY_RECORDING
def test_recorded_socket_events_are_the_contracts(recorded: Recording) -> None:
    """Every recorded socket.io event fits the envelope of sockets."""
    bodies = [step.fields["args"][0] for step in recorded.of(SocketStep) if step.fields["type"] == "event"]

    assert [text for body in bodies for text in violations("socket", body)] == []


@EVERY_RECORDING
def test_what_was_done_fits_the_schema_of_its_body(recorded: Recording) -> None:
    """A body that the real server took is one that the contract allows."""
    done = [call for call in recorded.of(Request) if call.status < 300 and call.raw is None]
    found = {
        (call.position, text)
        for call in done
        if (operation := operation_of(call.method, call.path.split("?")[0])) is not None
        for text in body_violations(operation, call.body)
    }

    assert found == set()


def test_what_schema_rules_refused_does_not_fit() -> None:
    """A body that the real server refused with a list of rules is one that the contract forbids."""
    refused = [
        call
        for recorded in RECORDINGS
        for call in recorded.of(Request)
        if call.status == 400 and isinstance((call.response.get("response") or {}).get("message", [None])[0], list)
    ]
    fitting = {
        (call.method, call.path)
        for call in refused
        if not body_violations(operation_of(call.method, call.path.split("?")[0]) or operations()[0], call.body)
    }

    assert (fitting, len(refused) > 20) == (set(), True)
