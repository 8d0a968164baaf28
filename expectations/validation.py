"""The only module that touches Great Expectations: findings go in, its verdicts come out.

Great Expectations takes seconds to load and is loaded when a gate is judged, never before. Its
telemetry is off, nothing is written, and no cell of a row leaves with the verdict.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expectations.findings import Finding
from expectations.outcomes import Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the expectations made of one finding.

    Attributes:
        success: Whether every expectation holds.
        results: One JSON object per expectation: what was expected, what was counted, which holds.
    """

    success: bool
    results: tuple[Mapping[str, Any], ...]


def validate(
    gate: str, findings: Sequence[Finding], severities: Mapping[str, Severity]
) -> tuple[Verdict, ...]:
    """Ask the expectations of each finding, in order; `severities` are by check code.

    A table must have the rows that were counted another way (expectations on values hold for an
    empty table), no blank and no repeated id, nothing at fault and not a penny of difference.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415 - takes seconds: loaded where it is used
    import pandas as pd  # noqa: PLC0415 - as above
    from great_expectations.data_context.types.base import (  # noqa: PLC0415 - as above
        ProgressBarsConfig,
    )

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas(gate)
    verdicts = []
    for finding in findings:
        code = finding.rule.check_code
        batch = (
            source.add_dataframe_asset(code)
            .add_batch_definition_whole_dataframe("findings")
            .get_batch({"dataframe": finding.table.to_pandas(types_mapper=pd.ArrowDtype)})
        )
        validated: Any = batch.validate(
            gx.ExpectationSuite(
                name=f"{gate}.{code}", expectations=_expectations(finding, severities[code])
            ),
            result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
        )
        results = tuple(_without_rows(result) for result in validated.to_json_dict()["results"])
        verdicts.append(Verdict(bool(validated.success), results))
    return tuple(verdicts)


def _expectations(finding: Finding, severity: Severity) -> list[Any]:
    import great_expectations as gx  # noqa: PLC0415 - see validate

    gxe: Any = gx.expectations
    grave = "critical" if severity == "B" else "warning"
    nil: dict[str, Any] = {"min_value": 0, "max_value": 0, "severity": grave}
    return [
        gxe.ExpectTableRowCountToEqual(value=finding.rows_expected, severity=grave),
        gxe.ExpectColumnValuesToNotBeNull(column="item_id", severity=grave),
        gxe.ExpectColumnValuesToBeUnique(column="item_id", severity=grave),
        gxe.ExpectColumnValuesToBeBetween(column="fault", **nil),
        gxe.ExpectColumnValuesToBeBetween(column="difference_pence", **nil),
    ]


def _without_rows(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The verdict on one expectation: counts, never a value of a row."""
    config = result["expectation_config"]
    counts = ("observed_value", "element_count", "unexpected_count")
    return {
        "expectation": config["type"],
        "severity": config["severity"],
        "asked": {k: v for k, v in config["kwargs"].items() if k != "batch_id"},
        "found": {name: result["result"][name] for name in counts if name in result["result"]},
        "success": result["success"],
    }
