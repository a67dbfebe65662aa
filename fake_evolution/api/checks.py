"""What handlers check before they translate: a body's schema, in the wording of the route's kind, and who is asked.

Most routes tell schema problems as an array inside the array, group routes as objects with the part they are about.
"""

from collections.abc import Mapping
from typing import Any

from fake_evolution.answers import bad_request, invalid, native_error
from fake_evolution.api.call import Call
from fake_evolution.api.schema import Schema, located_problems, problems
from fake_evolution.domain.instance import Instance

_NO_GROUP = ("The group id needs to be informed in the query", 'ex: "groupJid=120362@g.us"')
_NO_CODE = (
    "The group invite code id needs to be informed in the query",
    'ex: "inviteCode=F1EX5QZxO181L3TMVP31gY" (Obtained from group join link)',
)


def checked(call: Call, schema: Schema) -> Mapping[str, Any]:
    """The body, when it fits; 400 with all problems in a nested array when it does not."""
    found = problems(call.body, schema)
    if found:
        raise invalid(found)
    return call.body


def spread(body: Mapping[str, Any], schema: Schema) -> Mapping[str, Any]:
    """The body, when it fits; 400 with one object a problem when it does not."""
    found = [{"property": problem.path, "message": problem.text} for problem in located_problems(body, schema)]
    if found:
        raise bad_request(*found)
    return body


def with_group(call: Call, schema: Schema) -> Mapping[str, Any]:
    """The body of a group route: the group is named in it or in the query, with or without its domain."""
    named = call.body.get("groupJid") or call.query.get("groupJid")
    if not named:
        raise bad_request(*_NO_GROUP)
    if not isinstance(named, str):
        raise native_error("groupJid.endsWith is not a function")
    jid = named if named.endswith("@g.us") else f"{named}@g.us"
    return spread({**call.body, "groupJid": jid}, schema)


def with_invitation(call: Call, schema: Schema) -> Mapping[str, Any]:
    """The body of an invitation route, whose code stands in the query."""
    if not call.query.get("inviteCode"):
        raise bad_request(*_NO_CODE)
    return spread({**call.body, **call.query}, schema)


def with_participants(call: Call, schema: Schema) -> Mapping[str, Any]:
    """The body of a route that must be told in its query whether participants are wanted."""
    if not call.query.get("getParticipants"):
        raise bad_request("The getParticipants needs to be informed in the query")
    return spread({**call.body, **call.query}, schema)


def asked_instance(call: Call, method: str) -> Instance:
    """The instance that is asked; a name that nobody has (from a query parameter) is a programming error there."""
    found = call.engine.instances.get(call.instance)
    if found is None:
        raise native_error(f"Cannot read properties of undefined (reading '{method}')")
    return found
