"""A small project of somebody else, whose tests use the plugin: written to a folder, and run there by a pytest."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ENDS_WITHIN_S = 120.0
BACKEND = '''
"""Their backend: it connects one channel through Evolution API, and is told by a webhook when that is done."""

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Backend:
    def __init__(self, evolution_url, api_key):
        self.evolution_url, self.api_key, self.events = evolution_url, api_key, []
        backend = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                backend.events.append((body["event"], body["data"].get("state")))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def connect(self, name, path="/webhook"):
        webhook = {"url": self.url + path, "events": []}
        asked = {"instanceName": name, "integration": "WHATSAPP-BAILEYS", "qrcode": False, "webhook": webhook}
        self.ask("POST", "/instance/create", asked)
        return self.ask("GET", f"/instance/connect/{name}")["code"]

    def ask(self, method, path, body=None):
        headers = {"apikey": self.api_key, "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.evolution_url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
'''
CONFTEST = """
import pytest
from backend import Backend


@pytest.fixture
def backend(fake_evolution):
    theirs = Backend(fake_evolution.url, fake_evolution.api_key)
    yield theirs
    theirs.close()
"""
PASSING = """
import asyncio

import pytest


def test_connects(backend, fake_evolution):
    code = backend.connect("sales")
    assert fake_evolution.scan(code=code)["verdict"] == "linked"
    opened = fake_evolution.wait_for_webhook("connection.update", instance="sales", url=backend.url, state="open")
    assert opened["data"]["state"] == "open"
    assert ("connection.update", "open") in backend.events


def test_is_empty_again(fake_evolution):
    assert fake_evolution.instances() == []
    assert fake_evolution.seed == 1


@pytest.mark.fake_evolution(seed=7, rate=20, world={"phones": [{"name": "quick", "scan": {"after": "1s"}}]})
def test_phone_scans_by_itself(backend, fake_evolution):
    backend.connect("sales")
    assert fake_evolution.wait_for_record("scan")["verdict"] == "linked"
    assert fake_evolution.seed == 7


@pytest.mark.fake_evolution(world="duplicate-bursts")
def test_named_world(fake_evolution):
    assert fake_evolution.do(lambda client: client.faults())


def test_async_without_a_plugin(backend, fake_evolution):
    async def story():
        code = await asyncio.to_thread(backend.connect, "sales")
        async with fake_evolution.client as client:
            assert (await client.scan(code=code))["verdict"] == "linked"
        return await fake_evolution.webhook("connection.update", state="open")

    assert asyncio.run(story())["instance"] == "sales"
"""
FAILING = """
import pytest


@pytest.mark.fake_evolution(seed=42)
def test_wrong_address(backend, fake_evolution):
    backend.connect("sales", path="/a")
    fake_evolution.scan(code="2@nobody")
    fake_evolution.wait_for_webhook("connection.update", url=backend.url + "/b", within_s=0.2)


def test_their_own_mistake(backend, fake_evolution):
    backend.connect("sales")
    assert "sales" in backend.events


@pytest.mark.fake_evolution(sed=1)
def test_misspelt_marker(fake_evolution):
    pass


@pytest.mark.fake_evolution(world="nowhere")
def test_unknown_world(fake_evolution):
    pass
"""
UNCONCERNED = """
import sys


def test_nothing_of_the_fake_is_loaded():
    assert sorted(name for name in sys.modules if name.startswith(("fake_evolution", "aiohttp"))) == [
        "fake_evolution",
        "fake_evolution.pytest_plugin",
    ]
"""
FILES = {
    "backend.py": BACKEND,
    "conftest.py": CONFTEST,
    "test_passing.py": PASSING,
    "test_failing.py": FAILING,
    "unconcerned/test_unconcerned.py": UNCONCERNED,
}


@dataclass(frozen=True, slots=True)
class Ran:
    """How their tests went."""

    passed: int
    failed: int
    text: str


def write_project(folder: Path, ini: str = "") -> Path:
    """Write the project; warnings are errors there, and markers strict."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    strict = "--strict-markers --strict-config -p no:cacheprovider"
    settings = f"[pytest]\naddopts = {strict}\nfilterwarnings = error\npythonpath = .\n{ini}"
    (folder / "pytest.ini").write_text(settings, encoding="utf-8")
    return folder


def run_pytest(python: str | Path, folder: Path, *arguments: str, plugins: Sequence[str] = ()) -> Ran:
    """Run the project's tests with an interpreter; where `plugins` are given, with these and no others."""
    command = [str(python), "-m", "pytest", *(part for plugin in plugins for part in ("-p", plugin)), *arguments]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} if plugins else {}
    done = subprocess.run(  # noqa: S603  our own command
        command,
        cwd=folder,
        env={**os.environ, **alone},
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_S,
        check=False,
    )
    text = done.stdout + done.stderr
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", text)}
    return Ran(counts.get("passed", 0), counts.get("failed", 0) + counts.get("error", 0), text)
