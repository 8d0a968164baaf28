"""The only module that runs Great Expectations: populations go in, its verdicts come out.

Each population has a suite, a validation definition and a checkpoint that runs it. Great
Expectations takes seconds to load, so it is loaded only when a gate is judged. Its telemetry is off
and it writes nothing. A verdict holds no cell of a row: it gives the positions of rows, and the
gate knows their ids.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from expectations.expected import Expected

Untyped = Any
"""An object of Great Expectations or pandas, which have no types that we check."""


@dataclass(frozen=True)
class Asked:
    """A population and what Great Expectations checks in it.

    Attributes:
        name: Name of the suite: gate and population.
        rows: The rows that Great Expectations checks.
        expected: The expectations on them.
        notes: The `meta` of each expectation: rule, owner, severity, policy row.
        severities: The severity of each expectation in Great Expectations.
    """

    name: str
    rows: pa.Table
    expected: tuple[Expected, ...]
    notes: tuple[Mapping[str, Any], ...]
    severities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one expectation.

    Attributes:
        success: Whether it is met.
        rows: Positions, from 0, of the rows that break it; empty for one on the whole table.
        result: The verdict as JSON: what was expected and what was counted.
    """

    success: bool
    rows: frozenset[int] = frozenset()
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Validated:
    """The results for one population.

    Attributes:
        verdicts: The verdict on each expectation, in order.
        suite: The suite as JSON.
    """

    verdicts: tuple[Verdict, ...]
    suite: Mapping[str, Any] = field(default_factory=dict)


Validate = Callable[[Sequence[Asked]], Sequence[Validated]]
"""The function that validates populations, in order: Great Expectations, or a fake for tests."""


class ExpectationError(Exception):
    """An expectation could not be judged at all, which is a defect in its suite."""


def validate(asked: Sequence[Asked]) -> list[Validated]:
    """Validate populations with Great Expectations, in order.

    Raises:
        ExpectationError: An expectation could not be judged.
    """
    return list(_judged_one_by_one(asked))


def _judged_one_by_one(asked: Sequence[Asked]) -> Iterator[Validated]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415 - takes seconds: loaded where it is used
    from great_expectations.data_context.types.base import (  # noqa: PLC0415 - as above
        ProgressBarsConfig,
    )

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("populations")
    # One asset serves all populations, because each run brings its rows and every asset costs time.
    rows = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("rows")
    for each in asked:
        yield _validated(context, rows, each)


def _validated(context: Untyped, batch: Untyped, asked: Asked) -> Validated:
    """Runs the suite for its counts, then its failed expectations again for the rows."""
    import pandas as pd  # noqa: PLC0415 - takes a second: loaded where it is used

    frame = asked.rows.to_pandas(types_mapper=pd.ArrowDtype)
    expectations = list(map(expectation_of, asked.expected, asked.notes, asked.severities))
    suite, results = _run(context, batch, asked.name, expectations, frame, "BASIC")
    failed = [place for place, result in enumerate(results) if not result["success"]]
    of_rows = [place for place in failed if asked.expected[place].breach]
    rows: dict[int, frozenset[int]] = {}
    if of_rows:
        again = [expectations[place] for place in of_rows]
        _, listed = _run(context, batch, f"{asked.name}: rows", again, frame, "COMPLETE")
        for place, result in zip(of_rows, listed, strict=True):
            rows[place] = frozenset(result["result"]["unexpected_index_list"])
    verdicts = tuple(
        Verdict(result["success"], rows.get(place, frozenset()), _without_cells(result))
        for place, result in enumerate(results)
    )
    return Validated(verdicts, suite)


def _run(
    context: Untyped,
    batch: Untyped,
    name: str,
    expectations: Sequence[Untyped],
    frame: Untyped,
    result_format: str,
) -> tuple[Mapping[str, Any], list[Untyped]]:
    import great_expectations as gx  # noqa: PLC0415 - see validate

    suite = context.suites.add(
        gx.ExpectationSuite(name=name, expectations=list(map(copy, expectations)))
    )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=suite)
    )
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name=name,
            validation_definitions=[definition],
            result_format={
                "result_format": result_format,
                "partial_unexpected_count": 0,
                "exclude_unexpected_values": True,
            },
        )
    )
    (run,) = checkpoint.run(batch_parameters={"dataframe": frame}).run_results.values()
    by_id = {result.expectation_config.id: result for result in run.results}
    results = [by_id[expectation.id] for expectation in suite.expectations]
    for result in results:
        if not result.result:
            raise ExpectationError(f"{name}: {result.expectation_config.type}: cannot be judged")
    return _suite_as_json(suite), results


def expectation_of(expected: Expected, notes: Mapping[str, Any], severity: str) -> Untyped:
    """The expectation as an object of Great Expectations."""
    import great_expectations.expectations as library  # noqa: PLC0415 - see validate
    from great_expectations.expectations.row_conditions import (  # noqa: PLC0415 - see validate
        Column,
    )

    from expectations import word_lists  # noqa: PLC0415 - loads Great Expectations

    kind = getattr(library, expected.expectation, None) or getattr(word_lists, expected.expectation)
    of_rows = (
        {"row_condition": Column(expected.column_of_rows) == expected.value_of_rows}
        if expected.column_of_rows
        else {}
    )
    return kind(**expected.arguments, **of_rows, meta=dict(notes), severity=severity)


def _suite_as_json(suite: Untyped) -> Mapping[str, Any]:
    told = suite.to_json_dict()
    kept = ("type", "kwargs", "severity", "meta")
    expectations = [{name: each[name] for name in kept} for each in told["expectations"]]
    return {"name": told["name"], "expectations": expectations}


def _without_cells(result: Untyped) -> Mapping[str, Any]:
    """The verdict on one expectation: counts, never a value of a row."""
    told = result.to_json_dict()
    config = told["expectation_config"]
    counts = ("observed_value", "element_count", "unexpected_count")
    return {
        "expectation": config["type"],
        "severity": config["severity"],
        "expected": {name: each for name, each in config["kwargs"].items() if name != "batch_id"},
        "actual": {name: told["result"][name] for name in counts if name in told["result"]},
        "success": told["success"],
    }
