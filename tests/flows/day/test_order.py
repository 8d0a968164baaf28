"""The order of the day is one list; each step receives the results that it needs."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from flows.day.day import Day
from flows.day.order import DAILY_RUN, MODELS_ONLY, REPLAY, Step, run_steps

DAY = cast(Day, object())


@pytest.mark.parametrize("order", [DAILY_RUN, REPLAY, MODELS_ONLY])
def test_every_step_needs_only_steps_before_it(order: Sequence[Step]) -> None:
    names = [step.name for step in order]
    assert len(set(names)) == len(names)
    for number, step in enumerate(order):
        assert set(step.needs) <= set(names[:number]), step.name


@pytest.mark.parametrize("order", [REPLAY, MODELS_ONLY])
def test_a_replay_runs_the_first_steps_of_a_day_and_takes_no_file(order: Sequence[Step]) -> None:
    assert [step.name for step in order] == [step.name for step in DAILY_RUN[: len(order)]]
    assert order[0].run is not DAILY_RUN[0].run
    assert order[1:] == DAILY_RUN[1 : len(order)]


def test_only_the_step_that_may_be_repeated_has_retries() -> None:
    assert {step.name: step.retry_after for step in DAILY_RUN if step.retry_after} == {
        "publish": (1, 5, 20)
    }


def test_steps_run_in_order_and_receive_the_results_they_need() -> None:
    calls: list[tuple[Any, ...]] = []

    def give(result: str) -> Any:
        def run(*arguments: object) -> str:
            calls.append(arguments)
            return result

        return run

    steps = (
        Step("first", give("one")),
        Step("second", give("two")),
        Step("third", give("three"), needs=("second", "first")),
    )
    assert run_steps(DAY, steps) == {"first": "one", "second": "two", "third": "three"}
    assert calls == [(DAY,), (DAY,), (DAY, "two", "one")]


def test_a_step_that_fails_stops_the_steps_after_it() -> None:
    ran: list[str] = []

    def fail(_day: Day) -> None:
        raise RuntimeError("only a test")

    steps = (Step("first", fail), Step("second", lambda _day: ran.append("second")))
    with pytest.raises(RuntimeError, match="only a test"):
        run_steps(DAY, steps)
    assert ran == []
