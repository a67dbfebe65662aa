"""GET /: the welcome, which needs no key."""

from fake_evolution.api.call import Call, Guard, Reply, Route


async def welcome(call: Call) -> Reply:
    """Version, client name, and where the manager would be."""
    version = call.engine.profile
    client = {"clientName": call.engine.settings.client_name} if call.engine.settings.client_name else {}
    manager = {"manager": f"http://{call.host}/manager"} if call.engine.settings.shows_manager else {}
    web_version = {"whatsappWebVersion": version.whatsapp_web_version} if version.tells_web_version else {}
    body = {
        "status": 200,
        "message": "Welcome to the Evolution API, it is working!",
        "version": version.version,
        **client,
        **manager,
        "documentation": "https://doc.evolution-api.com",
        **web_version,
    }
    return Reply(200, body)


ROUTES = (Route("GET", "/", welcome, Guard.NONE),)
