"""The command line: `serve`, `migrate`, `create-admin`, `defects`."""

import argparse
import asyncio
import importlib
import json
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NoReturn, cast

from channel_backend import logs
from channel_backend.access import Passwords
from channel_backend.api.admin import check_email, check_password
from channel_backend.config import ADMIN_PASSWORD, WITH_DEFECTS, read_config, read_database_url
from channel_backend.errors import ApiError, ChannelBackendError, ConfigError
from channel_backend.habits import habits_of
from channel_backend.migrating import migrate
from channel_backend.serving import serve
from channel_backend.store.accounts import Accounts, Profile
from channel_backend.store.database import open_engine, require_migrated

EXIT_REFUSED = 4
LIMIT_OF_FIRST_TENANT = 100


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and ends with our exit code."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_REFUSED, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what is wrong is said in one line on stderr, with exit code 4."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "serve":
            config = read_config(os.environ)
            logs.set_up(config.log_level, config.secrets)
            habits = habits_of(config, os.environ)
            _run(serve(habits.config, seams=habits.seams, habits=habits.around))
        elif options.command == "migrate":
            migrate(read_database_url(os.environ))
        elif options.command == "defects":
            print(_defects(as_json=options.json))  # noqa: T201  this is the command line
        else:
            _run(_create_admin(options.email, options.name, options.tenant))
    except ChannelBackendError as error:
        print(f"channel_backend: {error}", file=sys.stderr)  # noqa: T201  this is the command line
        return EXIT_REFUSED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="channel_backend", description="The reference channel backend over Evolution API.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    commands.add_parser("serve", help="serve HTTP, webhooks and sockets; settings are CHANNEL_BACKEND_* variables")
    commands.add_parser("migrate", help="bring the database to this version")
    admin = commands.add_parser("create-admin", help=f"create a super user; the password is in {ADMIN_PASSWORD}")
    admin.add_argument("--email", required=True)
    admin.add_argument("--name", default="Administrator")
    admin.add_argument("--tenant", default="Default", help="its tenant, created if there is none of that name")
    defects = commands.add_parser("defects", help=f"list the known bugs that {WITH_DEFECTS} can put back")
    defects.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _defects(*, as_json: bool) -> str:
    """The list, as a table or for programs; imported here alone, for nothing else may have to do with it."""
    switching = importlib.import_module("channel_backend.defects.switching")
    if not as_json:
        return str(switching.markdown_table())
    return json.dumps(switching.as_json(tuple(switching.known().values())), indent=2)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """On uvloop where there is one."""
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(work)


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        uvloop = importlib.import_module("uvloop")
    except ImportError:
        return None
    return cast("Callable[[], asyncio.AbstractEventLoop]", uvloop.new_event_loop)


async def _create_admin(email: str, name: str, tenant_name: str) -> None:
    password = os.environ.get(ADMIN_PASSWORD)
    database_url = read_database_url(os.environ)
    if password is None:
        msg = f"{ADMIN_PASSWORD} is not set: it holds the new user's password"
        raise ConfigError(msg)
    check_email(email)
    check_password(password)
    engine = open_engine(database_url, pool_size=1)
    try:
        await require_migrated(engine)
        user = await _create_super(Accounts(engine), email, name, password, tenant_name)
    finally:
        await engine.dispose()
    print(f"created {user}")  # noqa: T201  this is the command line


async def _create_super(accounts: Accounts, email: str, name: str, password: str, tenant_name: str) -> str:
    if await accounts.user_by_email(email) is not None:
        raise ApiError(409, f"{email} has an account already; choose another --email")
    tenant = await accounts.tenant_named(tenant_name) or await accounts.create_tenant(
        tenant_name,
        status="active",
        max_users=LIMIT_OF_FIRST_TENANT,
        max_connections=LIMIT_OF_FIRST_TENANT,
    )
    user = await accounts.create_user(
        tenant_id=tenant.id,
        email=email,
        name=name,
        password_hash=await Passwords().hashed(password),
        profile=Profile.SUPER,
    )
    return f"super user {user.email} in tenant {tenant.id} ({tenant.name})"
