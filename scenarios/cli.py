"""`python -m scenarios`: the gate, one scenario, and what there is to run.

Exit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 INVALID (the harness was late, or a declared fault never fired),
4 something was asked that cannot be done, 130 interrupted (what was recorded is judged and reported).
"""

import argparse
import asyncio
import os
import re
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from scenarios import adapter_check, judge_command
from scenarios import up as up_command
from scenarios.adapters.base import adapters
from scenarios.dsl import CHANNELS_MAX, Scenario
from scenarios.errors import ScenarioError
from scenarios.finish import Ending, finish
from scenarios.gate import Course, drive
from scenarios.judging import every_invariant
from scenarios.matrix import command as matrix_command
from scenarios.needs import refuse_what_cannot_be_done
from scenarios.options import DEFECTS, DEFECTS_ALLOWED, RUN_ROOT, LoadOptions, RunOptions
from scenarios.progress import Reporter, reporting
from scenarios.run_dir import RunDir, make_run_dir
from scenarios.scenario_file import catalogue, find_scenario
from scenarios.search import command as search_command
from scenarios.stack.base import stacks
from scenarios.stack.choices import add_stack_options, stack_choices, without_secrets
from scenarios.verdict import EXIT_INTERRUPTED, EXIT_USAGE

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SEED_MAX = 2**63 - 1
LOG_LINES_TOLD = 10
TOX_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "gate": ("gate",),
    "load": ("gate", "--no-catalogue", "--label", "load"),
    "run": ("run",),
    "scenarios": (),
}
"""What tox.ini puts before the options that a person gives to an environment."""

_NOT_DRIVEN_BY_A_STACK = "echo"
_EMBEDDED = "embedded"


class _Parser(argparse.ArgumentParser):
    """Refuses in one line, with the exit code of a usage error."""

    def error(self, message: str) -> NoReturn:
        """Say what was wrong."""
        raise ScenarioError(f"{message}; see `{self.prog} --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code tells the verdict."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        parsed = _parser().parse_args(given)
        return _COMMANDS[parsed.command](parsed, given)
    except ScenarioError as error:
        sys.stderr.write(f"scenarios: {error}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        sys.stderr.write("scenarios: interrupted; what was recorded stays in the run's directory\n")
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m scenarios", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    gate = commands.add_parser("gate", help="the catalogue, then the load, on one backend; one verdict")
    gate.add_argument("--channels", type=int, default=60, help="channels of the load phase (default 60)")
    gate.add_argument("--arrivals-per-s", type=float, default=2.0, help="how fast they come (default 2)")
    gate.add_argument("--no-catalogue", action="store_true", help="the load phase only")
    run = commands.add_parser("run", help="one scenario, by name or file")
    run.add_argument("scenario", metavar="NAME|FILE")
    run.add_argument("--channels", type=int, help="how many channels live it (default: as the scenario says)")
    search = commands.add_parser("search", help="look for a schedule that breaks the backend, and shorten it")
    search_command.add_options(search)
    up = commands.add_parser("up", help="the fake and a backend behind it, until Ctrl-C")
    up_command.add_options(up)
    for command in (gate, run, search, up):
        _add_common(command)
    matrix_command.add_options(commands.add_parser("matrix", help="every defect against its scenario, and none"))
    adapter_check.add_command(commands, _Parser)
    judge_command.add_command(commands)
    commands.add_parser("list", help="the scenarios and invariants there are")
    return parser


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--sut", default="zechat", help="the adapter that drives the backend (default zechat)")
    command.add_argument("--stack", default="embedded", help="how the backend comes up (default embedded)")
    command.add_argument("--seed", type=int, help="what all chance follows from (default: 1, or the scenario's)")
    command.add_argument("--label", help="a word in the name of the run's directory")
    command.add_argument("--run-root", type=Path, default=RUN_ROOT, help=f"default {RUN_ROOT}")
    command.add_argument(
        "--lateness-ms-max", type=float, default=250.0, help="above this (p99) the run is INVALID (default 250)"
    )
    command.add_argument(
        "--defects",
        metavar="A,B",
        help="put these defects into the reference backend (python -m channel_backend defects)",
    )
    add_stack_options(command)


def _gate_options(parsed: argparse.Namespace, given: Sequence[str]) -> RunOptions:
    seed = _checked_seed(1 if parsed.seed is None else parsed.seed)
    channels = _checked_channels(parsed.channels)
    if not 0 < parsed.arrivals_per_s <= CHANNELS_MAX:
        raise ScenarioError(f"--arrivals-per-s is {parsed.arrivals_per_s:g}; legal: above 0, up to {CHANNELS_MAX}")
    chosen = () if parsed.no_catalogue else tuple(one for one in catalogue() if one.gate)
    return _options(
        parsed,
        given,
        label=parsed.label or ("load" if parsed.no_catalogue else "gate"),
        seed=seed,
        scenarios=tuple((scenario, seed) for scenario in chosen),
        load=LoadOptions(channels, parsed.arrivals_per_s),
    )


def _run_options(parsed: argparse.Namespace, given: Sequence[str]) -> RunOptions:
    scenario = find_scenario(parsed.scenario)
    if parsed.channels is not None:
        scenario = scenario.with_channels(_checked_channels(parsed.channels))
    seed = _checked_seed(scenario.seed if parsed.seed is None else parsed.seed)
    return _options(
        parsed, given, label=parsed.label or scenario.name, seed=seed, scenarios=((scenario, seed),), load=None
    )


def _rig_options(parsed: argparse.Namespace, given: Sequence[str]) -> RunOptions:
    """What comes up without a scenario chosen beforehand."""
    seed = _checked_seed(1 if parsed.seed is None else parsed.seed)
    return _options(parsed, given, label=parsed.label or parsed.command, seed=seed, scenarios=(), load=None)


def _options(
    parsed: argparse.Namespace,
    given: Sequence[str],
    *,
    label: str,
    seed: int,
    scenarios: tuple[tuple[Scenario, int], ...],
    load: LoadOptions | None,
) -> RunOptions:
    _check_backend(parsed)
    if not parsed.lateness_ms_max > 0:
        raise ScenarioError(f"--lateness-ms-max is {parsed.lateness_ms_max:g}; legal: above 0")
    _check_exercises(scenarios)
    refuse_what_cannot_be_done((one for one, _ in scenarios), adapter=parsed.sut, stack=parsed.stack)
    if not _LABEL.fullmatch(label):
        raise ScenarioError(f"--label is {label!r}; legal: letters, digits, '.', '_' and '-', up to 64")
    seeded = [] if parsed.seed is not None else ["--seed", str(seed)]
    return RunOptions(
        label=label,
        seed=seed,
        scenarios=scenarios,
        load=load,
        repeat=repeat_command([*given, *seeded], tox_environment=os.environ.get("TOX_ENV_NAME")),
        sut=parsed.sut,
        stack=parsed.stack,
        choices=stack_choices(parsed, parsed.stack),
        run_root=parsed.run_root,
        lateness_ms_max=parsed.lateness_ms_max,
        backend_env=_defects(parsed),
    )


def _defects(parsed: argparse.Namespace) -> dict[str, str]:
    """What the reference backend is told about its defects; it refuses those that it does not have."""
    if parsed.defects is None:
        return {}
    if parsed.stack != _EMBEDDED:
        raise ScenarioError(f"--defects is for --stack {_EMBEDDED}; give a container --env {DEFECTS}={parsed.defects}")
    return {DEFECTS: parsed.defects, DEFECTS_ALLOWED: "1"}


def repeat_command(given: Sequence[str], *, tox_environment: str | None) -> str:
    """The command that repeats a run, as a person can type it: through tox where the run came through tox."""
    hidden = TOX_COMMANDS.get(tox_environment or "")
    shown, variables = without_secrets(given)
    before = "".join(f"{name}={value} " for name, value in variables.items())
    if hidden is None or tuple(shown[: len(hidden)]) != hidden:
        return before + shlex.join(["python", "-m", "scenarios", *shown])
    return before + shlex.join(["uvx", "tox", "-e", str(tox_environment), "--", *shown[len(hidden) :]])


def _check_backend(parsed: argparse.Namespace) -> None:
    """Refuse before anything starts what cannot work."""
    adapters.find(parsed.sut)
    stacks.find(parsed.stack)
    if parsed.sut == _NOT_DRIVEN_BY_A_STACK:
        raise ScenarioError("--sut echo is a backend in memory for the harness's own tests; give --sut zechat")


def _check_exercises(scenarios: Sequence[tuple[Scenario, int]]) -> None:
    known = {rule.id for rule in every_invariant()}
    for scenario, _ in scenarios:
        unknown = [name for name in scenario.expect.exercises if name not in known]
        if unknown:
            raise ScenarioError(
                f"{scenario.path}: expect.exercises names {', '.join(unknown)}; known: {', '.join(sorted(known))}"
            )


def _checked_seed(seed: int) -> int:
    if not 0 <= seed <= _SEED_MAX:
        raise ScenarioError(f"--seed is {seed}; legal: a whole number from 0 to {_SEED_MAX}")
    return seed


def _checked_channels(channels: int) -> int:
    if not 1 <= channels <= CHANNELS_MAX:
        raise ScenarioError(f"--channels is {channels}; legal: a whole number from 1 to {CHANNELS_MAX}")
    return channels


def _run(options: RunOptions) -> int:
    started, began_s = datetime.now(UTC), time.monotonic()
    run_dir = make_run_dir(options.run_root, label=options.label, seed=options.seed, now=started)
    _keep_sources(options, run_dir)
    with reporting() as reporter:
        reporter.say(f"run directory {run_dir.path}")
        course = asyncio.run(drive(options, run_dir, reporter))
        reporter.say("judging")
        ending = finish(options, run_dir, course, started=started, duration_s=time.monotonic() - began_s)
        _tell(ending, options, run_dir, reporter, log_tail=_last_lines(course))
    return ending.exit_code


def _keep_sources(options: RunOptions, run_dir: RunDir) -> None:
    """The scenarios as they were, so that the run can be repeated when the catalogue has changed."""
    paths = [scenario.path for scenario, _ in options.scenarios if scenario.path is not None]
    sources = [path.read_bytes() for path in paths] or [b"# no scenario: the load phase only\n"]
    run_dir.write("scenario.yaml", b"---\n".join(sources))


def _last_lines(course: Course) -> list[str]:
    """What the backend said at its end, when it came to one."""
    ended = course.died or course.failed is not None or course.unusable is not None
    return course.log_tail[-LOG_LINES_TOLD:] if ended else []


def _tell(ending: Ending, options: RunOptions, run_dir: RunDir, reporter: Reporter, *, log_tail: Sequence[str]) -> None:
    for reason in ending.reasons:
        reporter.say(f"  {reason}")
    if log_tail:
        reporter.say("\n".join(["last lines of the backend's log:", *log_tail]))
    reporter.say(f"{ending.verdict} (exit code {ending.exit_code})")
    reporter.say(f"report {run_dir.path / 'report.html'}")
    reporter.say(f"repeat {options.repeat}")


def _scenario_line(scenario: Scenario) -> str:
    exercised = " ".join(scenario.expect.exercises)
    return f"{scenario.name:32} {'gate' if scenario.gate else '    '}  {exercised:24}  {scenario.description}"


def _list() -> int:
    lines = [_scenario_line(one) for one in catalogue()]
    lines += ["", *(f"{rule.id:28} {rule.gap.value}  {rule.title}" for rule in every_invariant())]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


_COMMANDS: Mapping[str, Callable[[argparse.Namespace, Sequence[str]], int]] = {
    "gate": lambda parsed, given: _run(_gate_options(parsed, given)),
    "run": lambda parsed, given: _run(_run_options(parsed, given)),
    "search": lambda parsed, given: search_command.run_command(parsed, _rig_options(parsed, given)),
    "up": lambda parsed, given: up_command.run_command(parsed, _rig_options(parsed, given)),
    "adapter": lambda parsed, _: adapter_check.run_command(parsed),
    "matrix": lambda parsed, _: matrix_command.run_command(parsed),
    "judge": lambda parsed, _: judge_command.run_command(parsed),
    "list": lambda _parsed, _given: _list(),
}
