"""Lets the steps of a script happen at their moments, each on record with what came of it."""

import asyncio
from collections.abc import Callable
from typing import Any

from fake_evolution import FakeEvolutionError
from scenarios.adapters.base import Answer
from scenarios.dsl import Moment, Scenario
from scenarios.errors import ScenarioError
from scenarios.life import Life
from scenarios.outages import NotBackError, Outages
from scenarios.page import Recorder
from scenarios.script import action_of
from scenarios.stack.errors import StackError
from scenarios.stage import Stage
from scenarios.timing import Clock


class ScriptDirector:
    """Runs the script of one phase; `make_stage` sets the stage for one channel's life."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        make_stage: Callable[[Life], Stage],
        outages: Outages,
        recorder: Recorder,
        clock: Clock,
    ) -> None:
        self.lives: list[Life] = []
        # The backend is gone for good by something that the script did to it.
        self.lost: asyncio.Future[NotBackError] = asyncio.get_running_loop().create_future()
        self._actions = tuple((step, action_of(step)) for step in scenario.script)
        self._phase = scenario.name
        self._make_stage = make_stage
        self._outages = outages
        self._recorder = recorder
        self._clock = clock
        self._taken: set[tuple[int, str]] = set()
        self._under_way: set[asyncio.Task[None]] = set()

    def reached(self, moment: Moment, life: Life) -> None:
        """Begin the steps of this moment: each once a channel, or once in the phase."""
        if moment is Moment.START:
            self.lives.append(life)
        for index, (step, _) in enumerate(self._actions):
            key = (index, "" if step.once else life.journey)
            if step.at is moment and key not in self._taken:
                self._taken.add(key)
                task = asyncio.get_running_loop().create_task(self._take(index, life))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def before_delete(self, life: Life) -> None:
        """Read the conversations that go with the channel."""
        stage = self._make_stage(life)
        await stage.looks.messages(stage.tenant, stage.view.channel, journey=life.journey)

    async def excuses(self, answer: Answer, asked_s: float) -> bool:
        """Whether the script had broken what was asked; returns when it is whole again."""
        return await self._outages.excuses(answer, asked_s)

    async def finished(self) -> None:
        """Wait for every step that has begun, and for those that they begin."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def stop(self) -> None:
        """End the steps that are still under way; what they broke is whole afterwards, where it can be."""
        for task in self._under_way:
            task.cancel()
        await self.finished()

    async def _take(self, index: int, life: Life) -> None:
        step, action = self._actions[index]
        await self._clock.sleep(step.after_s)
        began_s = self._clock.now()
        try:
            result = await action.take(self._make_stage(life))
        except NotBackError as error:
            self._note(index, life, began_s, outcome="failed", error=str(error))
            if not self.lost.done():
                self.lost.set_result(error)
        except (ScenarioError, FakeEvolutionError, StackError) as error:
            self._note(index, life, began_s, outcome="failed", error=str(error.args[0]))
        except Exception as error:  # noqa: BLE001  a bug of ours is a failed step on record, and makes the run invalid
            self._note(index, life, began_s, outcome="failed", error=f"{type(error).__name__}: {error}")
        else:
            self._note(index, life, began_s, outcome="done", **({"result": dict(result)} if result else {}))

    def _note(self, index: int, life: Life, began_s: float, **found: Any) -> None:
        step = self._actions[index][0]
        self._recorder.write(
            "step",
            phase=self._phase,
            scenario=self._phase,
            index=index,
            journey=life.journey,
            channel=None if life.channel is None else life.channel.id,
            at=step.at.value,
            do=step.do,
            args=dict(step.args),
            began_s=began_s,
            **found,
        )
