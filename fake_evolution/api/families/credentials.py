"""POST /verify-creds: whether the global key is right."""

from fake_evolution.api.call import Call, Guard, Reply, Route


async def verify(_call: Call) -> Reply:
    """Past the guard, it is."""
    return Reply(200, {"status": 200, "message": "Credentials are valid"})


ROUTES = (Route("POST", "/verify-creds", verify, Guard.GLOBAL),)
