"""The composition root: the only place where the parts of a fake meet."""

from collections.abc import Callable

from aiohttp import web

from fake_evolution.api import control, routes
from fake_evolution.api.call import CONFIG, ENGINE, WEBHOOKS_WAITING
from fake_evolution.api.express import as_express
from fake_evolution.api.faulty import MEMORY, Memory, go_wrong
from fake_evolution.api.middleware import ON_BUG, close_while_down, note_calls, render_errors
from fake_evolution.config import Config
from fake_evolution.engine import Engine
from fake_evolution.sockets.hub import PATH, SocketHub


def build_app(
    engine: Engine,
    config: Config,
    on_bug: Callable[[BaseException], None],
    webhooks_waiting: Callable[[], int] = lambda: 0,
) -> web.Application:
    """The imitated server and its control API as one aiohttp application."""
    app = web.Application(
        middlewares=[close_while_down, as_express, note_calls, go_wrong, render_errors, control.guard_control],
        client_max_size=config.body_bytes_max,
    )
    app[ENGINE], app[CONFIG], app[ON_BUG] = engine, config, on_bug
    app[WEBHOOKS_WAITING] = webhooks_waiting
    app[MEMORY] = Memory()
    hub = SocketHub(engine, on_bug)
    engine.sockets = hub
    app.router.add_route("*", PATH, hub.serve)
    control.add_to(app)
    routes.add_to(app)
    return app
