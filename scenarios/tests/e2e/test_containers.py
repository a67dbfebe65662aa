"""The gate on images: what ships is judged as what is developed, and what does not come up is told by name."""

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_evolution import read_journal
from scenarios.scenario_file import catalogue
from scenarios.tests.e2e.commands import BACKEND_IMAGE, FAKE_IMAGE, Done, run_json

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]
Scenarios = Callable[..., Done]
# Asks the fake for a path, in its container, with a control key.
ASKS = """
import sys, urllib.request as web
key = {"x-control-key": sys.argv[2]} if sys.argv[2:] else {}
print(web.urlopen(web.Request("http://127.0.0.1:8080" + sys.argv[1], headers=key)).read().decode())
"""
QUICK = ("run", "regression", "--healthy-s-max", "4")
START_S_MAX = "E2E_START_S_MAX"


@pytest.mark.parametrize(
    ("mode", "says", "last_words"),
    [
        ("exits", "exits at start: exit code 1", "the disk is full"),
        ("hangs", "hangs at boot: nothing answers", "mode hangs"),
        ("unhealthy", "never becomes healthy: after 4 s", "mode unhealthy"),
        ("crash-loops", "crash-loops: 3 times in", "unhandled rejection"),
        ("falls-once", "does not stay up: ended with exit code 1, ", "unhandled rejection"),
    ],
)
def test_image_that_does_not_come_up_fails(
    scenarios: Scenarios, stand_in: str, mode: str, says: str, last_words: str
) -> None:
    """It is a FAIL whose first line says in which way, with the last lines of the image's log."""
    done = scenarios(*QUICK, "--image", stand_in, "--env", f"MODE={mode}")

    run = run_json(done)
    assert (done.exit_code, run["verdict"]) == (1, "FAIL"), done.out
    assert run["reasons"][0].startswith(f"the backend image {stand_in} {says}")
    assert any(last_words in line for line in run["backend"]["log_tail"])
    assert next(line for line in done.lines if says in line).strip() == run["reasons"][0]
    assert last_words in done.out


def test_image_whose_preparation_fails_fails(scenarios: Scenarios, stand_in: str) -> None:
    """A migration that ends with an error is the image's own failure."""
    broken = "sh -c 'echo no such table; exit 7'"

    done = scenarios(*QUICK, "--image", stand_in, "--init-command", broken)

    assert done.exit_code == 1, done.out
    assert "ended with exit code 7" in run_json(done)["reasons"][0]
    assert "no such table" in done.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--image", "no-such-image.invalid/x:1"), "is not here and cannot be pulled"),
        (("--image", "Not An Image"), "legal: NAME[:TAG]"),
        (
            ("--image", "{stand_in}", "--postgres-image", "{stand_in}"),
            "postgres (image fake-evolution/stand-in) is not",
        ),
        (("--image", "{stand_in}", "--env", "A={postgres.hots}"), "known here: admin.email"),
        (("--image", "{stand_in}", "--env", "1A"), "legal: KEY=VALUE"),
        (("--image", "{stand_in}", "--init-command", "no-such-program"), "cannot be started"),
        (("--image", "{stand_in}", "--init-command", "A=1"), "legal: [NAME=value ...] PROGRAM"),
    ],
)
def test_bad_input_is_one_line(scenarios: Scenarios, stand_in: str, arguments: tuple[str, ...], says: str) -> None:
    """What is wrong with the question is said in one line, with what to do, and ends with 4."""
    filled = [argument.replace("{stand_in}", stand_in) for argument in arguments]

    done = scenarios(*QUICK, *filled)

    assert done.exit_code == 4, done.out
    assert len([line for line in done.lines if says in line]) == 1, done.out
    assert "Traceback" not in done.out


def test_port_that_is_taken_is_one_line(scenarios: Scenarios, stand_in: str) -> None:
    """Where the fake cannot listen, the line says so and what to give instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = scenarios(*QUICK, "--image", stand_in, "--fake-host", "127.0.0.1", "--fake-port", port)

    assert done.exit_code == 4, done.out
    assert len([line for line in done.lines if f"127.0.0.1:{port} is in use" in line and "--fake-port" in line]) == 1


@pytest.mark.skipif(
    START_S_MAX not in os.environ, reason=f"a bound in time, for a machine that does nothing else: set {START_S_MAX}=15"
)
def test_stack_comes_up_quickly(docker: "DockerClient", scenarios: Scenarios) -> None:
    """With the images there, the whole stack is up and believed to be well in time; the best of three counts."""
    assert docker is not None
    most_s = float(os.environ[START_S_MAX])
    took_s: list[float] = []

    while len(took_s) < 3 and not any(one < most_s for one in took_s):
        done = scenarios("run", "regression", "--channels", "1", "--image", BACKEND_IMAGE)
        took_s.append(_came_up_in_s(done))

    assert min(took_s) < most_s, took_s


def test_verdicts_are_those_of_the_embedded_stack(scenarios: Scenarios) -> None:
    """The same seed gives the same verdicts, in containers or beside us.

    What the gate's scenarios name in `expect.exercises` is put to the test in both. Whether a run happens to exercise
    another rule (a retry that is still news) is chance of the machine; what it found where it did is not.
    """
    stacks = {"containers": ("--image", BACKEND_IMAGE), "embedded": ("--stack", "embedded")}

    def judged(stack: str) -> dict[str, Any]:
        return run_json(scenarios("gate", "--seed", "1", "--channels", "60", *stacks[stack], folder=stack))

    # Side by side: a gate waits more than it works.
    with ThreadPoolExecutor() as both:
        image, beside = both.map(judged, stacks)

    assert image["verdict"] == beside["verdict"] == "PASS", (image["reasons"], beside["reasons"])
    for what, key in (("scenarios", "name"), ("gaps", "id"), ("duties", "id")):
        assert _told(image, what, key) == _told(beside, what, key)
    sure = {name for scenario in catalogue() if scenario.gate for name in scenario.expect.exercises}
    assert [name for name in sure if _told(image, "invariants")[name] != _told(beside, "invariants")[name]] == []


def test_fake_serves_from_its_own_image(docker: "DockerClient") -> None:
    """The image of the fake runs as nobody in particular, and answers like the server it imitates."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  loaded only where Docker is
    from testcontainers.core.wait_strategies import HealthcheckWaitStrategy  # noqa: PLC0415

    assert docker is not None
    made = DockerContainer(FAKE_IMAGE, env={"FAKE_EVOLUTION_CONTROL_KEY": "chosen"})

    with made.waiting_for(HealthcheckWaitStrategy()) as fake:
        greeting = fake.exec(["python3", "-c", ASKS, "/"])
        health = fake.exec(["python3", "-c", ASKS, "/__fake__/health", "chosen"])
        refused = fake.exec(["python3", "-c", ASKS, "/__fake__/health", "guessed"])
        who = fake.exec(["id", "-u"])

    assert b"Evolution API" in greeting.output
    assert health.exit_code == 0, health.output
    assert b"401" in refused.output
    assert who.output.strip() not in {b"0", b""}


def _came_up_in_s(done: Done) -> float:
    records = read_journal(Path(str(done.run_dir)) / "journal.jsonl")
    at = {record.kind: record.t for record in records if record.kind in {"server.start", "sut"}}
    assert "sut" in at, done.out
    return float(at["sut"] - at["server.start"])


def _told(run: dict[str, Any], what: str, key: str = "id") -> dict[str, str]:
    return {one[key]: one["verdict"] for one in run[what]}
