"""The hunt: draw, try, shorten what breaks something new, and see how often it fails by itself.

Pure but for what it is handed: how to try a plan (once for each of the backends, which try side by side), what time it
is, where to write. What was found, and the next round, are kept after every round, so that a hunt can be resumed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import orjson
import yaml

from scenarios.errors import ScenarioError
from scenarios.judging import Finding
from scenarios.search.live import DIED, OverError, Tried
from scenarios.search.machine import draw_plans
from scenarios.search.plan import Plan
from scenarios.search.shrinking import shrink

STATE = "search.json"
PLANS_A_ROUND = 10
CONFIRMATIONS = 10
SHRINK_TRIES_MAX = 40


Attempt = Callable[[Plan], Tried]


class Say(Protocol):
    """Where the hunt tells how far it is."""

    def __call__(self, text: str, /) -> None:
        """One line."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan that breaks something, short, and how often it did when it was tried again."""

    broken: str
    plan: Plan
    sentence: str
    fails: int
    tries: int
    was_events: int
    path: Path

    def to_json(self) -> dict[str, Any]:
        """As the state file has it."""
        return {
            "broken": self.broken,
            "file": self.path.name,
            "events": self.plan.events,
            "events_before": self.was_events,
            "fails": self.fails,
            "tries": self.tries,
            "sentence": self.sentence,
        }


@dataclass(slots=True)
class State:
    """What a hunt goes on from."""

    seed: int
    next_round: int = 0
    tries: int = 0
    found: list[dict[str, Any]] = field(default_factory=list)

    @property
    def known(self) -> set[str]:
        """What was found to be broken."""
        return {str(one["broken"]) for one in self.found}


class Hunt:
    """One search for schedules that break something."""

    def __init__(
        self,
        state: State,
        folder: Path,
        *,
        attempts: Sequence[Attempt],
        time_left: Callable[[], float],
        say: Say,
    ) -> None:
        self.state = state
        self._folder = folder
        self._attempts = attempts
        self._time_left = time_left
        self._say = say
        self._at_the_state = Lock()
        self._claimed = set(state.known)

    def run(self) -> State:
        """Rounds until the time is up."""
        with ThreadPoolExecutor(len(self._attempts)) as workers:
            while self._time_left() > 0:
                seed = self.state.seed * 1_000_003 + self.state.next_round
                plans = iter(draw_plans(seed, count=PLANS_A_ROUND * len(self._attempts)))
                works = [workers.submit(self._work, attempt, plans) for attempt in self._attempts]
                try:
                    for work in works:
                        work.result()
                except OverError:
                    break
                self.state.next_round += 1
                self._keep()
        self._keep()
        return self.state

    def _work(self, attempt: Attempt, plans: Iterator[Plan]) -> None:
        """Plan after plan, as long as there is time; what is found is shortened by whoever found it."""
        while self._time_left() > 0:
            with self._at_the_state:
                plan = next(plans, None)
            if plan is None:
                return
            tried = self._asked(attempt, plan)
            broken = tried.first
            if broken is not None and self._is_news(broken):
                self._say(f"{broken} is broken by {plan.events} events; shortening")
                self._note(self._shortened(attempt, plan, broken, tried.broken[broken]))

    def _is_news(self, broken: str) -> bool:
        """Whether nobody has found it, or is about to."""
        with self._at_the_state:
            is_news = broken not in self._claimed
            self._claimed.add(broken)
        return is_news

    def _note(self, found: Found) -> None:
        with self._at_the_state:
            self.state.found.append(found.to_json())
        self._keep()
        self._say(
            f"{found.broken}: {found.plan.events} events, fails {found.fails} of {found.tries} times: {found.path}\n"
            f"  {found.sentence}"
        )

    def _asked(self, attempt: Attempt, plan: Plan) -> Tried:
        with self._at_the_state:
            self.state.tries += 1
        return attempt(plan)

    def _shortened(self, attempt: Attempt, plan: Plan, broken: str, finding: Finding | None) -> Found:
        """Shorter as long as the same thing breaks; what a try does not show is tried once more.

        The story is finished even when the time is up: what was found is worth it.
        """
        left, last = SHRINK_TRIES_MAX, finding
        seen: dict[bytes, bool] = {}

        def fails(shorter: Plan) -> bool:
            nonlocal left, last
            key = orjson.dumps(shorter.mapping())
            if key in seen or left <= 0:
                return seen.get(key, False)
            for _ in range(2):
                left -= 1
                tried = self._asked(attempt, shorter)
                if broken in tried.broken:
                    last = tried.broken[broken]
                    break
            seen[key] = broken in tried.broken
            return seen[key]

        short = shrink(plan, fails)
        again = [broken in self._asked(attempt, short).broken for _ in range(CONFIRMATIONS)]
        sentence = last.sentence if last is not None else "the backend ended while it was needed"
        path = self._written(short, broken, sentence, sum(again), len(again))
        return Found(broken, short, sentence, sum(again), len(again), plan.events, path)

    def _written(self, plan: Plan, broken: str, sentence: str, fails: int, tries: int) -> Path:
        name = f"found-{broken.lower()}"
        about = f"Found by the search, shortened; it failed {fails} of {tries} times by itself. {sentence}"
        mapping = plan.mapping(name=name, description=" ".join(about.split()))
        if broken != DIED:
            mapping["expect"] = {"exercises": [broken]}
        path = self._folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")
        return path

    def _keep(self) -> None:
        with self._at_the_state:
            state = self.state
            whole = {"seed": state.seed, "next_round": state.next_round, "tries": state.tries, "found": state.found}
            (self._folder / STATE).write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2))


def read_state(folder: Path) -> State:
    """The state of an earlier hunt; ScenarioError when there is none that can be read."""
    path = folder / STATE
    try:
        whole: Mapping[str, Any] = orjson.loads(path.read_bytes())
        return State(whole["seed"], whole["next_round"], whole["tries"], list(whole["found"]))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ScenarioError(f"{path} is no search that could be resumed: {error}; give the folder of one") from error
