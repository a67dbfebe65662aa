"""What Locust runs: binds its events and its users to the swarm.

Started by `python -m load run`, never by hand: target and directory come in the environment, and the exit code
says how it ended.
"""

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import gevent
from locust import User, constant, events, task
from locust.env import Environment
from locust.exception import StopUser

from load.bridge import LoopThread
from load.endings import Ending
from load.stage import StageKeeper
from load.swarm import Swarm, events_of
from load.target import read_target

# Ctrl-C on a terminal reaches every process of the group; the one who started Locust decides, with SIGTERM.
signal.signal(signal.SIGINT, signal.SIG_IGN)

_log = logging.getLogger("load")


def say(line: str) -> None:
    """A line for whoever watches, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


target = read_target(Path(os.environ["LOAD_TARGET"]))
loop = LoopThread()
swarm = Swarm(target, StageKeeper(target, Path(os.environ["LOAD_OUT"])), loop, say=say)


class Visitor(User):
    """One user at a time is one journey under way; a person comes once."""

    wait_time = constant(0)

    @task
    def visit(self) -> None:
        """Live the next journey that is due."""
        result = swarm.live_next()
        if result is None:
            raise StopUser
        for told in events_of(result):
            self.environment.events.request.fire(**told)


@events.test_start.add_listener  # type: ignore[untyped-decorator]
def _open(environment: Environment, **_: Any) -> None:
    try:
        swarm.open()
    except Exception as error:  # noqa: BLE001  whatever it is decides the exit code, and the log has it whole
        _log.info("the stage does not open", exc_info=True)
        say(f"{target.phase} cannot begin: {error}")
        environment.process_exit_code = Ending.of_opening(error)
        swarm.finished.set()
    else:
        gevent.spawn(swarm.tell_progress)
    gevent.spawn(_quit_when_finished, environment)


@events.spawning_complete.add_listener  # type: ignore[untyped-decorator]
def _begin(**_: Any) -> None:
    swarm.begin()


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _close(environment: Environment, **_: Any) -> None:
    if environment.process_exit_code is not None:
        return
    try:
        swarm.close()
    except Exception as error:  # noqa: BLE001  a page whose looking broke: our bug, said by the exit code
        _log.info("the stage does not close", exc_info=True)
        swarm.tally.broken.append(f"{type(error).__name__}: {error}")
    for reason in swarm.tally.broken[:5]:
        say(f"{target.phase}: a journey ended by an error of the harness: {reason}")
    environment.process_exit_code = Ending.of_tally(swarm.tally)


def _quit_when_finished(environment: Environment) -> None:
    swarm.finished.wait()
    assert environment.runner is not None, "the test has started"  # noqa: S101  Locust's own order
    environment.runner.quit()
