"""Integrations that are off by default, as they answer while they are off: queues, chatbots, Chatwoot, file storage."""

from collections.abc import Iterator

from fake_evolution.answers import bad_request
from fake_evolution.api.bodies import integrations as bodies
from fake_evolution.api.bodies.parts import for_names
from fake_evolution.api.call import NOTHING, Call, Guard, Handler, Reply, Route
from fake_evolution.api.checks import checked
from fake_evolution.api.schema import Schema

_QUEUES = ("rabbitmq", "nats", "sqs", "kafka")
_SINCE = {"nats": "2.3.0", "kafka": "2.3.4", "n8n": "2.3.0", "evoai": "2.3.0"}
_BOTS = (
    ("typebot", "Typebot", bodies.bot("typebot", "enabled", "url", "typebot", "triggerType")),
    ("openai", "Openai", bodies.bot("openai", "enabled", "openaiCredsId", "botType", "triggerType")),
    ("dify", "Dify", bodies.bot("dify", "enabled", "botType", "triggerType")),
    ("flowise", "Flowise", bodies.bot("flowise", "enabled", "apiUrl", "triggerType")),
    ("n8n", "N8n", bodies.bot("n8n", "enabled", "webhookUrl")),
    ("evoai", "Evoai", bodies.bot("evoai", "enabled", "agentUrl", "triggerType")),
    ("evolutionBot", "EvolutionBot", bodies.bot("evolutionBot", "enabled", "apiUrl", "triggerType")),
)


# --- queues -----------------------------------------------------------------------------------------------------------


def _queue_routes(name: str) -> Iterator[Route]:
    """Nothing is stored and nothing is answered: 201 and 200 without a body."""

    async def queue_set(call: Call) -> Reply:
        checked(call, for_names(bodies.QUEUES, call.engine.profile.event_names))
        return Reply(201, NOTHING)

    async def queue_find(_call: Call) -> Reply:
        return Reply(200, NOTHING)

    yield Route("POST", f"/{name}/set/{{instance}}", queue_set, since=_SINCE.get(name, ""))
    yield Route("GET", f"/{name}/find/{{instance}}", queue_find, since=_SINCE.get(name, ""))


async def pusher_set(call: Call) -> Reply:
    """As the queues, with a body of its own."""
    checked(call, for_names(bodies.PUSHER, call.engine.profile.event_names))
    return Reply(201, NOTHING)


async def pusher_find(_call: Call) -> Reply:
    """Nothing, while it is off."""
    return Reply(200, NOTHING)


# --- chatbots ---------------------------------------------------------------------------------------------------------


def _refusal(title: str, schema: Schema) -> Handler:
    """A route that checks its body and then says that the integration is disabled."""

    async def handler(call: Call) -> Reply:
        checked(call, schema)
        raise bad_request(f"{title} is disabled")

    return handler


def _bot_routes(name: str, title: str, create: Schema) -> Iterator[Route]:
    for method, path, schema in (
        ("POST", "create", create),
        ("GET", "find", bodies.ANY),
        ("GET", "fetch/{bot}", bodies.ANY),
        ("PUT", "update/{bot}", create),
        ("DELETE", "delete/{bot}", bodies.ANY),
        ("POST", "settings", bodies.BOT_SETTINGS),
        ("GET", "fetchSettings", bodies.ANY),
        ("POST", "changeStatus", bodies.BOT_STATUS),
        ("GET", "fetchSessions/{bot}", bodies.ANY),
        ("POST", "ignoreJid", bodies.IGNORE_JID),
    ):
        yield Route(method, f"/{name}/{path}/{{instance}}", _refusal(title, schema), since=_SINCE.get(name, ""))


async def media_not_found(call: Call) -> Reply:
    """No file is ever stored."""
    checked(call, bodies.MEDIA)
    raise bad_request("Media not found")


async def media_url_not_found(call: Call) -> Reply:
    """No file is ever stored."""
    checked(call, bodies.MEDIA_URL)
    raise bad_request("Media not found")


ROUTES = (
    *(route for name in _QUEUES for route in _queue_routes(name)),
    Route("POST", "/pusher/set/{instance}", pusher_set),
    Route("GET", "/pusher/find/{instance}", pusher_find),
    *(route for bot in _BOTS for route in _bot_routes(*bot)),
    Route("POST", "/typebot/start/{instance}", _refusal("Typebot", bodies.TYPEBOT_START)),
    Route("POST", "/openai/creds/{instance}", _refusal("Openai", bodies.OPENAI_CREDS)),
    Route("GET", "/openai/creds/{instance}", _refusal("Openai", bodies.ANY)),
    Route("DELETE", "/openai/creds/{bot}/{instance}", _refusal("Openai", bodies.ANY)),
    Route("GET", "/openai/getModels/{instance}", _refusal("Openai", bodies.ANY)),
    Route("POST", "/chatwoot/set/{instance}", _refusal("Chatwoot", bodies.CHATWOOT)),
    Route("GET", "/chatwoot/find/{instance}", _refusal("Chatwoot", bodies.ANY)),
    Route("POST", "/chatwoot/webhook/{instance}", _refusal("Chatwoot", bodies.ANY), Guard.NONE),
    Route("POST", "/s3/getMedia/{instance}", media_not_found),
    Route("POST", "/s3/getMediaUrl/{instance}", media_url_not_found),
)
