"""Our own expectations, which compare columns of several words word by word.

Great Expectations compares whole cells. Where policy requires several pieces of evidence, each of
them must be among those on file. Both expectations use its documented extension point.

Great Expectations prescribes the names of the arguments of `_pandas`. Importing this module loads
Great Expectations, which takes seconds.
"""

from typing import Any, ClassVar, Literal

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnPairMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.column_pair_condition_partial import (  # noqa: E501
    column_pair_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_pair_map_metric_provider import (  # noqa: E501
    ColumnPairMapMetricProvider,
)

Cells = Any
"""A column of pandas, which has no types that we check."""

_DOMAIN = (
    "batch_id",
    "table",
    "column_A",
    "column_B",
    "row_condition",
    "condition_parser",
    "ignore_row_if",
)


class ColumnPairWordsAmong(ColumnPairMapMetricProvider):
    """Whether every word of the first column is one of the second, row by row."""

    condition_metric_name = "column_pair_values.words_among"
    condition_domain_keys = _DOMAIN

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_A: Cells, column_B: Cells, **_: object) -> Cells:  # noqa: N803, N805
        pairs = zip(_words(column_A), _words(column_B), strict=True)
        return pd.Series([one <= other for one, other in pairs], column_A.index, bool)


class ColumnPairWordsApart(ColumnPairMapMetricProvider):
    """Whether no word of the first column is one of the second, row by row."""

    condition_metric_name = "column_pair_values.words_apart"
    condition_domain_keys = _DOMAIN

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_A: Cells, column_B: Cells, **_: object) -> Cells:  # noqa: N803, N805
        pairs = zip(_words(column_A), _words(column_B), strict=True)
        return pd.Series([not one & other for one, other in pairs], column_A.index, bool)


class ExpectColumnPairWordsToBeAmong(ColumnPairMapExpectation):
    """Expect every word of column A, separated by blanks, to be a word of column B."""

    ignore_row_if: Literal["neither"]
    success_keys: ClassVar[tuple[str, ...]] = ("ignore_row_if", "mostly")
    map_metric = ColumnPairWordsAmong.condition_metric_name


class ExpectColumnPairWordsToBeApart(ColumnPairMapExpectation):
    """Expect no word of column A, separated by blanks, to be a word of column B."""

    ignore_row_if: Literal["neither"]
    success_keys: ClassVar[tuple[str, ...]] = ("ignore_row_if", "mostly")
    map_metric = ColumnPairWordsApart.condition_metric_name


def _words(column: Cells) -> list[set[str]]:
    return [set() if pd.isna(cell) else set(filter(None, cell.split(" "))) for cell in column]
